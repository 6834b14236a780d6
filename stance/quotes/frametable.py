"""Which cues attribute what follows them: base form, way it is used, first word of the content.

Each entry was kept because on labelled political news (PolNeAR, train) the words after it were
an attributed content in about three cases of ten or more; the lists are measured, not guessed.
"""

from stance.quotes.verbs import PEOPLE


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: Verbs after which a clause ("that ...", "she would ...") is what they report.
CLAUSAL = _words(
    "acknowledge add admit advertise advise affirm agree aim allege announce apologise apologize "
    "appear applaud argue assert assure attest back bark beg begin believe bellow bemoan blame "
    "blare blast blog boast brand calculate call caution chant characterise characterize charge "
    "chide chime chuckle cite claim clarify comment communicate complain concede conclude concur "
    "condemn confess confide confirm congratulate contend continue convey convince correct "
    "counsel counter criticise criticize crow cry deadpan decide declare decline decree decry "
    "deem demand deny deplore deride determine disclose dismiss disparage doubt drawl dub e-mail "
    "elaborate email emphasise emphasize enquire estimate exclaim excoriate exhort expand expect "
    "explain express fear feel find finish fire forecast fume gasp go gripe growl grumble gush "
    "hail harp highlight hint hiss hit holler hope howl implore imply indicate inform inquire "
    "insist instruct interject intimate intone invite invoke jeer joke know label lambaste lament "
    "lash laud laugh learn lecture look maintain mandate mention message mock murmur muse mutter "
    "name narrate nod note object observe open opine order pan phone plead pledge point ponder "
    "portray post praise pray preach predict press proclaim project promise pronounce propose "
    "protest put query question quote rail rave reaffirm reason rebuke rebut recall recognize "
    "recommend recount reflect refuse refute reiterate rejoin relate relay remark remember "
    "remind reminisce repeat reply report respond retort retweet reveal ridicule riff rip roar "
    "rule say scoff scold scream see seem shoot shout show shrug sigh signal sing slam smile snap "
    "snarl sneer snipe specify speculate start state stipulate stress suggest sum summarise "
    "summarize surmise swear taunt tease tell term testify text theorize think thunder title tout "
    "trumpet tweet underline underscore urge vent venture vilify voice volunteer vouch vow warn "
    "whisper wonder worry write yell"
)

#: First word or sort of the content -> use of the cue -> cues.
FRAMES: dict[str, dict[str, frozenset[str]]] = {
    "np": {
        "finite": _words(
            "accuse agree applaud appoint approve ask assail authorize bemoan blame blast "
            "block boo call characterize chide cite compare condemn congratulate consider credit "
            "criticize decide decline decry defend demand denounce deny deride describe disavow "
            "disclose discuss dismiss dispute downplay echo emphasize estimate explain expose "
            "express hail highlight hit identify ignore imply invoke knock label lambaste lament "
            "learn liken list mention mock name nominate oppose order portray praise preach "
            "predict press project promise pronounce propose question quote rebuke rebut recall "
            "recommend recount reference reiterate reject remark remember remind repeat "
            "request retweet reveal rip see seek seem show side signal slam stress support thank "
            "tout tweet urge view voice vow want welcome"
        ),
        "base": _words(
            "applaud blame blast cite condemn confirm consider correct criticize describe discuss "
            "expect explain fear feel find identify mention portray prefer rebut reject remember "
            "see seem show side understand want"
        ),
        "ing": _words(
            "accuse address answer applaud blame call cite compare congratulate credit criticize "
            "decry describe dismiss emphasize endorse expect list mention mock outline portray "
            "praise predict propose quote recall reference reject repeat restrict slam "
            "thank trumpet tweet underscore"
        ),
        "passive": _words("ask consider recognize"),
    },
    "to": {
        "finite": _words(
            "agree aim appear decide decline hope offer order plan pledge point promise propose "
            "refuse seek seem threaten urge vow want"
        ),
        "base": _words("appear ask expect plan point refuse respond want"),
        "ing": _words("ask expect hope plan pledge promise threaten vow"),
        "passive": _words("ask expect intend know mean say"),
        "adjective": _words("certain eager open"),
        "noun": _words("call desire pledge pledges promises proposals"),
    },
    "that": {
        "passive": _words("concern convince file report"),
        "adjective": _words("aware confident hopeful"),
        "noun": _words(
            "admission agreement announcement argument assertion assessment assumption belief "
            "case claim claims comments concerns consensus contention criticism doubt endorsement "
            "fears hopes idea news report speculation stance statement suggestion supporters "
            "warning"
        ),
    },
    "bare": {
        "finite": _words(
            "acknowledge announce argue believe claim declare hope note say suggest tell think warn"
        ),
        "base": _words("acknowledge believe declare hope insist say suggest think"),
        "ing": _words("add argue claim note say suggest tell"),
        "passive": _words("announce"),
        "noun": _words("hope"),
    },
    "wh": {
        "finite": _words("ask decide describe explain know question recall remember say"),
        "base": _words("determine explain know say show tell understand"),
        "ing": _words("ask describe explain question say wonder"),
        "passive": _words("ask"),
        "noun": _words("question"),
    },
    "for": {
        "finite": _words("apologize argue ask call push say vouch"),
        "base": _words("advocate"),
        "ing": _words("advocate ask call hope push vouch"),
        "passive": _words("criticize know"),
        "noun": _words("call calls criticism request"),
    },
    "ing": {
        "finite": _words("propose recall report say suggest support tell"),
        "base": _words("endorse oppose point say support"),
        "ing": _words("consider"),
        "passive": _words("see"),
        "noun": _words("calls decision favor report statement"),
    },
    "of": {
        "finite": _words("boast say speak warn"),
        "base": _words("mention think"),
        "passive": _words("accuse"),
        "adjective": _words("critical skeptical"),
        "noun": _words("criticism defense evidence favor fears reports understanding"),
    },
    "about": {
        "finite": _words("gush muse speak talk write"),
        "ing": _words("talk think"),
        "passive": _words("ask worry"),
        "adjective": _words("clear hopeful"),
        "noun": _words("argument doubts talk"),
    },
    "as": {
        "finite": _words("describe view"),
        "passive": _words("know regard see"),
        "noun": _words("attack plan"),
    },
    "on": {
        "finite": _words("agree call comment focus"),
        "ing": _words("call"),
        "passive": _words("focus"),
        "noun": _words("decision"),
    },
    "out": {
        "finite": _words("call lay point speak"),
        "base": _words("point"),
        "ing": _words("lay point"),
    },
    "against": {
        "finite": _words("caution rail vote warn"),
        "base": _words("vote"),
        "noun": _words("attacks warning"),
    },
    "with": {
        "finite": _words("agree concern side"),
        "base": _words("agree"),
        "passive": _words("charge"),
        "adjective": _words("unhappy"),
    },
    "at": {
        "finite": _words("balk hint"),
        "base": _words("back"),
    },
    "quote": {
        "finite": _words("call declare"),
    },
    "by": {
        "finite": _words("see"),
    },
    "over": {
        "noun": _words("criticism"),
    },
    "off": {
        "finite": _words("brush"),
    },
    "in": {
        "base": _words("believe"),
    },
}


def known_frame(base: str, use: str, key: str) -> bool:
    """Say whether a cue attributes what follows it.

    `use` is finite, base, ing, passive, adjective or noun; `key` the sort of complement
    (that, subj, bare, wh, np, to, ing) or the preposition that begins it.
    """
    if key in ("that", "subj") and use in ("finite", "base", "ing"):
        return base in CLAUSAL
    if use == "noun" and (key == "ing" or (key == "that" and base in PEOPLE)):
        return False
    return base in FRAMES.get(key, {}).get(use, ())
