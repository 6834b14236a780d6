"""The words that direct a statement at somebody: verbs, deeds, prepositions with what governs them.

Each table maps written forms to weights or is a plain set; `targets` reads them all.
"""

from stance.quotes.verbs import forms


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _forms(text: str) -> frozenset[str]:
    return frozenset(forms(tuple(text.split())))


#: Verbs whose object the statement is directed at: blame, threat, appeal, praise.
ADDRESSING = _forms(
    "condemn denounce blame accuse criticise criticize urge warn thank praise commend congratulate "
    "applaud implore beg ask tell threaten sanction punish penalise penalize deter pressure press "
    "rebuke slam blast chide caution remind invite persuade convince force compel push demand "
    "encourage assure designate prosecute indict"
) | _words("told asks asked bid forced forcing compelled deterring deterred begged urging")
#: Verbs that do something to or for their object.
ACTING = _forms(
    "support back help assist arm defend protect defeat eliminate "
    "eradicate dismantle target isolate confront counter oppose fight stop prevent contain "
    "weapon disarm trust join recognise recognize welcome respect "
    "appease fund finance supply train equip embolden reward "
    "decapitate degrade finish topple overthrow remove respond challenge resist expel exclude "
    "let allow want expect need enable provide give strengthen reassure honour honor"
) | _words(
    "fought fighting hitting stopped stopping lets letting gave given giving equipped "
    "equipping backed backing "
)
#: What they judge belongs to whoever is judged: "we welcome Arland's decision".
JUDGING = _forms(
    "condemn denounce criticise criticize praise commend applaud welcome appreciate support reject "
    "oppose deplore respect admire recognise recognize defend challenge protest appreciate regret "
    "resent honour honor question dismiss blast slam fear support"
)
#: Verbs that harm their object: directed at it by whoever speaks for the doer.
HARMING = _forms(
    "attack bomb hit destroy invade occupy weaken bully intimidate provoke betray abandon crush "
    "kill strike shell annex seize harm"
) | _words("struck striking hitting betrayed")
#: Preposition -> words before it that make what follows the one addressed.
GOVERNED: dict[str, frozenset[str]] = {
    "on": _forms("call impose put place depend count rely prevail slap levy") | _words(
        "sanctions sanction pressure costs cost embargo tariffs tariff burden demands demand "
        "restrictions blockade onus ban responsibility consequences measures curbs limits"
    ),
    "upon": _forms("call impose prevail depend"),
    "to": _forms("appeal respond commit listen turn") | _words(
        "threat threats danger message warning warnings support aid assistance weapons arms help "
        "condolences committed commitment commitments grateful thankful thanks gratitude opposed "
        "response challenge appeal apology concessions clear opposition ultimatum sympathy "
        "tribute contribution answer retaliation signal assurances pressure"
    ),
    "with": _forms("stand side negotiate cooperate talk deal engage fight compete clash work "
                   "coordinate sympathise") | _words(
        "stands stood standing solidarity war patience angry dealing talks negotiations dialogue "
        "problem problems partnership friendship alliance united relationship relations ties "
        "conflict confrontation disappointed frustrated engagement dealt peace"
    ),
    "for": _forms("pray stand fight") | _words(
        "support solidarity respect thanks thank backing responsible aid assistance sympathy "
        "contempt praise condolences justice admiration consequences stood hatred concern"
    ),
    "from": _forms("demand expect hear protect come hide") | _words(
        "threat threats aggression attack attacks demands pressure danger provocations missiles "
        "interference coercion retaliation rockets drones fire protected coming came expected"
    ),
    "of": _words(
        "condemnation criticism denunciation support defence defense critical tolerant supportive "
        "afraid behalf guilty fear hands part ally allies enemy enemies defiance appeasement "
        "elimination destruction favour favor proud pressure occupation recognition invasion"
    ),
    "about": _words("concerned concern concerns worried worry angry complained illusions doubts"),
    "at": _words("aimed directed angry targeted anger pointed furious look outrage aiming"),
    "by": _forms(
        "commit cause make do violate attack kill pose launch carry take threaten violate"
    ) | _words(
        "attack attacks strike strikes aggression actions action crimes committed launched acts "
        "posed behaviour behavior violations abuses violation carried perpetrated taken made "
        "provocations killed threatened backed supported sponsored controlled invasion attacked "
        "use efforts effort attempt attempts attacked moves decision"
    ),
    "towards": _words("policy hostility hostile attitude stance steps position commitment"),
    "toward": _words("policy hostility hostile attitude stance steps position commitment"),
}  # fmt: skip
#: Nouns for what is held against whoever owns or does it.
DEEDS = _words(
    "aggression invasion attack attacks war assault assaults bombardment shelling strikes strike "
    "airstrikes airstrike bombing bombings threat threats occupation violence crimes crime "
    "atrocities atrocity provocation provocations interference meddling disinformation propaganda "
    "refusal failure violation violations abuses abuse brutality barbarism genocide massacre "
    "massacres annexation blockade sanctions coercion intimidation bullying oppression repression "
    "expansionism ambitions lies lie hostility belligerence escalation buildup build-up siege "
    "terrorism terror onslaught incursion incursions interference hypocrisy intransigence "
    "aggressiveness actions action behavior behaviour conduct missiles missile "
    "rockets drones espionage cyberattacks hacking militarism apartheid settlements "
    "protectionism dumping subsidies barriers tariffs retaliation restrictions "
    "crackdown persecution detention influence attempts attempt "
    "offensive raid raids killing killings murder murders cruelty demands blackmail "
    "regime rhetoric "
    "arsenal stance refusal ultimatum plot plots deployment "
)
#: Nouns for what is granted to whoever owns it.
RIGHTS = _words(
    "right rights security sovereignty independence integrity freedom "
    "generosity resilience courage bravery "
    "suffering plight "
)
#: Nouns that stand for the state itself: "Arlish forces", "the government of Arland".
STATE = _words(
    "government governments forces force regime regimes military army troops officials authorities "
    "leadership leaders president state navy parliament people side administration minister "
    "ministers ministry soldiers militants militia militias fighters rebels separatists "
    "terrorists dictator dictatorship junta federation republic party authority rulers "
    "aggressor aggressors occupiers invaders occupier invader army's proxies proxy allies ally "
    "friends friend partners partner public nation citizens civilians refugees companies "
    "generals commanders diplomats negotiators hostages prisoners population media oligarchs"
)
#: Said of a subject, they tell a deed held against it.
BAD_FORMS = _forms(
    "violate attack invade kill threaten refuse fail occupy bomb shell target destroy block reject "
    "breach lie provoke murder seize annex abuse undermine interfere meddle steal exploit support "
    "sponsor fund harbour harbor continue seek escalate intensify fire launch hide "
    "deny ignore wage commit cause bully intimidate coerce manipulate "
    "detain arrest torture starve massacre oppress destabilise destabilize pursue exploit "
    "withhold spy hack accuse arm supply impose claim strike "
    "miscalculate abandon betray flout defy"
) | _words("lied broke stole shot struck sought")
BAD = BAD_FORMS | _words(
    "threat threats responsible guilty aggressor aggression enemy adversary terrorist terrorists "
    "illegal criminal criminals crimes evil brutal wrong unacceptable unprovoked dangerous "
    "danger isolated stolen stole lied broke broken breaking killing bombing "
    "consequences accountable fault irresponsible provocative shot hypocrisy "
    "hypocritical cowardly failing refusing isolate sought "
    "missiles nuclear atrocities destruction violating "
    "struck unable unwilling reckless destabilizing "
    "destabilising undermining harmful weak corrupt lack lacks collapse"
)
GOOD = _words(
    "deserve deserves deserved friend friends ally allies partner partners courage brave bravely "
    "resilient hero heroes heroic constructive generous generously entitled admirable honourable"
)
DEMANDS = _words("must should needs need ought shall")
FINITE = _words(
    "is are was were has have had will would can could may might does did do won't isn't aren't "
    "doesn't didn't hasn't haven't cannot can't wouldn't couldn't wasn't weren't don't keeps kept "
    "began made makes took takes gets got wants goes went gives gave comes "
    "came agreed agrees poses posed becomes became remains remained "
    "brings brought holds held stands stood bears shows showed continues chose chooses broke "
    "struck began sends sent runs ran feels felt"
) | _forms("violate attack invade kill threaten refuse fail occupy target destroy reject use")
NEGATED = _words("doesn't didn't don't won't hasn't haven't")
BEFORE_NOT = _words("does did do has have will")
SUFFERING = _words("face faces facing faced under suffer suffered suffering suffers endured")
#: What stands behind these is the time of what is said, not whom it is about.
MEANWHILE = _words("following after since amid during before")
#: In a speaker's own words these present forms have the speaker's own side for a subject.
PERFORMING = _words(
    "condemns condemn welcomes welcome urges urge calls call supports commends commend "
    "congratulates congratulate reiterates reaffirms deplores applauds denounces strongly "
    "remains stands joins reserves appreciates thanks offers regrets extends rejects"
)
SKIPPED = _words(
    "also again still now just only even all both strongly directly further once more "
    "already currently clearly certainly really simply never not always "
    "immediately really repeatedly publicly today then too finally actually in fact"
) - {"in", "more"}  # fmt: skip
MODIFIERS = _words(
    "new whole entire brutal brave so-called current own other dear great communist islamic "
    "occupied sovereign democratic ruling criminal murderous evil illegal rogue our poor "
    "free independent neighboring neighbouring fellow former government-backed president "
    "prime minister chancellor premier mr mr. mrs mrs. ms ms. secretary king leader "
    "foreign defence defense dictator regime"
)
THEY, HE, IT, YOU = (
    _words("they them their they're they've they'll themselves"),
    _words("he him his she her he's she's himself"),
    _words("it its"),
    _words("you your you're you've you'll yourselves"),
)
CONTRACTED = _words("they're they've they'll you're you've you'll it's he's she's")
#: With "the"or "this"before them, they point to somebody of the text before.
POINTING = _words(
    "regime enemy aggressor aggressors occupiers occupier invaders invader group occupation "
    "terrorists militants rebels militia movement organisation organization junta country entity"
)

#: A mention with none of these right before it and none right after it is a mere mention.
BEFORE = (
    ADDRESSING | ACTING | HARMING | JUDGING | SKIPPED | MODIFIERS | frozenset(GOVERNED)
    | _words("against the a an both all this that these those of in \" “ ' ‘")
)  # fmt: skip
AFTER = FINITE | BAD_FORMS | DEMANDS | SKIPPED | STATE | DEEDS | frozenset(("and",))
