"""Gold labels and predictions -> numbers with intervals; no text, no files, no plots.

- resampling: what is drawn with replacement; `Estimate`, a figure with its interval
- formulas: macro-F1, MCC, ECE, ... from counts, for one table or thousands at once
- metrics: `evaluate_task`, every figure of one task
- proportions: shares and macro-F1 of a whole from a checked sample of it
- breakdown: the same by kind, speaker, dispute, source; the wrong ones
- evaluate: a model and labelled statements -> `Evaluation`
- leakage: near-duplicate texts, and groups merged because of them
- folds: which groups are tested when, and what may be trained on then
- crossval: train and test by group -> `CrossValidation`
- agreement, coefficients: what annotators agree on beyond chance
- comparison, significance: two or more models on the same statements
- calibration, conformal: temperature, reliability, risk and coverage, sets of labels
- selective: what those sets, and keeping only the surest answers, are worth
- nameswap: the same statement about other people and countries; with persons, directory, places
  and edits, over the lists of `stance.gazetteer`
"""
