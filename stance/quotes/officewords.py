"""The words of offices and roles: what names one, what only modifies, what a state's bodies are."""

import re

from stance.quotes import lexicon as lex


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: Shortened and gendered words of a role -> the form that roles are given in.
SAME = {
    "sen": "senator", "rep": "representative", "gov": "governor", "gen": "general",
    "lt": "lieutenant", "col": "colonel", "sgt": "sergeant", "maj": "major", "capt": "captain",
    "cmdr": "commander", "adm": "admiral", "brig": "brigadier", "prof": "professor",
    "amb": "ambassador", "pres": "president", "sec": "secretary", "spokesman": "spokesperson",
    "spokeswoman": "spokesperson", "chairman": "chair",
    "chairwoman": "chair", "chairperson": "chair", "advisor": "adviser", "sheik": "sheikh",
    "vice-president": "vice president", "businesswoman": "businessman", "cofounder": "co-founder",
}  # fmt: skip

#: Heads of state and government and their ministers: the country stands before them as a name.
NATIONAL = _words("president premier chancellor minister king queen prince princess emir sultan")
#: Heads whose place tells the country: "Ohio governor", "Moscow mayor".
LOCAL = _words(
    "governor mayor senator congressman congresswoman representative sheriff lawmaker prosecutor "
    "general resident councillor councilman attorney"
)
RANKS = _words(
    "general admiral colonel captain major lieutenant sergeant brigadier marshal corporal "
    "professor judge"
)
OFFICES = (
    NATIONAL
    | LOCAL
    | RANKS
    | _words(
        "secretary ambassador envoy spokesperson chief head leader chair speaker director deputy "
        "official officer diplomat negotiator commissioner commander commander-in-chief senator "
        "secretary-general director-general undersecretary counsellor counselor administrator "
        "minister-president inspector superintendent treasurer comptroller whip consul attaché "
        "adviser aide member soldier justice pope prosecutor representative vice-chair"
    )
)
OTHERS = _words(
    "analyst expert economist scholar researcher fellow historian scientist author writer "
    "columnist reporter journalist correspondent editor host anchor pollster lawyer detective "
    "investigator candidate nominee contender activist organizer organiser advocate protester "
    "volunteer witness executive founder co-founder owner ceo cfo coo coordinator counsel "
    "strategist consultant manager operative critic donor teacher student doctor nurse surgeon "
    "priest pastor bishop archbishop cardinal imam rabbi cleric businessman mogul "
    "billionaire developer actor actress singer comedian filmmaker producer coach player farmer "
    "worker veteran commentator blogger contributor principal dean provost president-elect "
    "co-author coauthor co-chair specialist trader banker lobbyist campaigner hostage survivor "
    "refugee migrant entrepreneur physician epidemiologist psychologist engineer photographer "
    "artist musician rapper philosopher theologian political_scientist ex-president pilot "
    "mediator lecturer citizen insider staffer supporter observer militant fighter"
)
HEADS = OFFICES | OTHERS
PLURALS = {head + "s": head for head in HEADS} | {
    "spokesmen": "spokesperson", "spokeswomen": "spokesperson", "attorneys": "attorney",
    "chairmen": "chair", "congressmen": "congressman", "secretaries": "secretary",
    "businessmen": "businessman", "witnesses": "witness", "advisors": "adviser",
}  # fmt: skip
#: Say nothing without a modifier or an "of": a chief, head or member of what?
BARE = _words("chief head leader member deputy chair speaker officer director fellow whip owner "
               "executive manager founder co-founder founder worker supporter insider")  # fmt: skip
#: Study, judge or oppose what stands before them: "Russia analyst", "Kremlin critic".
ABOUT = _words(
    "analyst expert specialist scholar researcher historian professor correspondent reporter "
    "journalist envoy observer fellow director editor critic coordinator strategist economist "
    "adviser commentator host lecturer author counsel program desk scientist"
)
TOPICS = _words(
    "history studies study affairs politics language literature policy culture economy military "
    "security nuclear relations law program programme desk bureau"
)
#: Bodies of a state, in the words of their names.
STATE_BODIES = _words(
    "ministry army navy force forces military police embassy consulate government parliament "
    "presidency guard guards court authority department senate congress administration "
    "intelligence troops coastguard cabinet officials authorities presidential consul delegation "
    "mission legislature security service services treasury prosecutors"
)
GENERALS = _words("attorney director secretary prosecutor consul auditor surgeon solicitor")
GLUED = re.compile(r"[A-Z]{3,}[a-z]{2}|[a-z]{3,}['’]?[A-Z]")  # a caption run into the next word
FLAG = ("rear", "vice", "maj", "lt", "brig", "first")
HONOURS = _words("sheikh sheik ayatollah imam dr sir mr mrs ms dame lord lady")
PREPOSITIONS = _words("of for at to in on with from under against near about by")
#: Written small in a role, however a title has them.
SMALL = (
    lex.ROLES | lex.TITLES | lex.BODIES | HEADS | STATE_BODIES
    | _words(
        "foreign prime vice deputy defence defense interior health energy trade finance economy "
        "education justice transport agriculture environment culture affairs state general and "
        "press national security chief senior acting former climate homeland communications "
        "policy public relations information external internal digital transformation economic "
        "development labor labour science technology presidential special opposition majority "
        "minority leader staff joint first regional local council supreme court border air "
        "political human rights"
    )
) - _words("republican democrat democratic gop house pentagon kremlin")  # fmt: skip
IDLE = _words("mr mrs ms miss dr sir dame lord lady hon then newly longtime the a an current "
               "incumbent")  # fmt: skip
JOINED = _words("led born run old")
INSTITUTES = _words("institute institution university college times post journal society club "
                     "foundation association fund center centre bank airlines")  # fmt: skip
MOST_WORDS = 7
