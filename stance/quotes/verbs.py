"""Cues: the verbs and phrases that attribute words to a speaker, with all their forms."""

from dataclasses import dataclass

#: Verbs whose regular rules do not give the forms: base -> (third person, past, participle, -ing).
_IRREGULAR = {
    line.split()[0]: tuple(line.split()[1:])
    for line in """
        say says said said saying
        tell tells told told telling
        write writes wrote written writing
        read reads read read reading
        think thinks thought thought thinking
        quip quips quipped quipped quipping
        admit admits admitted admitted admitting
        put puts put put putting
        begin begins began begun beginning
        speak speaks spoke spoken speaking
        see sees saw seen seeing
        know knows knew known knowing
        feel feels felt felt feeling
        go goes went gone going
        find finds found found finding
        show shows showed shown showing
        hold holds held held holding
        shoot shoots shot shot shooting
        swear swears swore sworn swearing
        sing sings sang sung singing
        seek seeks sought sought seeking
        plan plans planned planned planning
        sum sums summed summed summing
        chat chats chatted chatted chatting
        rap raps rapped rapped rapping
        mean means meant meant meaning
        hear hears heard heard hearing
        make makes made made making
        give gives gave given giving
        slam slams slammed slammed slamming
        rip rips ripped ripped ripping
        refer refers referred referred referring
        vow vows vowed vowed vowing
        panic panics panicked panicked panicking
        forbid forbids forbade forbidden forbidding
        rebut rebuts rebutted rebutted rebutting
        blog blogs blogged blogged blogging
        get gets got got getting
        understand understands understood understood understanding
        throw throws threw thrown throwing
        draw draws drew drawn drawing
        call calls called called calling
        sound sounds sounded sounded sounding
    """.strip().splitlines()
}

#: Verbs that introduce words of a speaker, quoted or as a clause.
SPEECH = tuple(
    (
        "say tell add write tweet ask reply respond explain continue declare conclude note recall "
        "state report read shout answer argue admit assure yell chant remark charge urge joke "
        "insist acknowledge exclaim warn announce praise complain lament observe assert claim "
        "contend stress emphasize emphasise reiterate repeat concede confess boast brag vow "
        "pledge promise predict suggest propose mention comment maintain testify reveal disclose "
        "allege deny confirm clarify elaborate quip muse wonder interject counter retort scoff "
        "mock bark fume post recount remember surmise describe caution advise demand agree object "
        "protest plead beg pray order instruct inform remind estimate speculate imply intimate "
        "hint quote cite proclaim pronounce vent bemoan bellow cry scream whisper mutter murmur "
        "growl snap opine theorize reason decry deplore denounce condemn criticize criticise "
        "blast dismiss thunder gush rave marvel grumble gripe crow chide scold rail sneer snipe "
        "chuckle laugh smile sigh shrug nod deadpan volunteer venture offer summarize summarise "
        "specify stipulate relate narrate rule find indicate signal tease taunt implore exhort "
        "invoke invite jeer recommend retweet email e-mail text phone fire shoot blare trumpet "
        "tout hail laud applaud welcome thank congratulate vent vouch swear attest affirm "
        "reaffirm underline underscore highlight confide correct apologize apologise intone drawl "
        "riff harp sing blog message press query question inquire enquire rejoin hit lash snarl "
        "roar howl holler hiss gasp ponder reflect reminisce sum put speak accuse blame brand "
        "label dub call term deem voice express threaten name title lambaste pan rip slam "
        "excoriate portray characterize characterise refer go begin open finish start counsel "
        "lecture preach advertise chime concur rebuke rebut refute reject invoke convey relay "
        "communicate expound expand forecast project calculate decree mandate vilify ridicule "
        "deride disparage beam enthuse"
    ).split()
)


@dataclass(frozen=True, slots=True)
class Form:
    """One written form of a cue verb: its base and its tense (base, s, past, ing)."""

    base: str
    tense: str


_DOUBLING = frozenset(("admit commit rebut regret quip nod beg brag harp pan rip chat").split())


def _regular(base: str) -> tuple[str, str, str, str]:
    """Return third person, past, participle and -ing form of a regular verb."""
    if base.endswith("e"):
        return base + "s", base + "d", base + "d", base[:-1] + "ing"
    if base.endswith("y") and base[-2] not in "aeiou":
        return base[:-1] + "ies", base[:-1] + "ied", base[:-1] + "ied", base + "ing"
    third = base + ("es" if base.endswith(("s", "sh", "ch", "x", "o")) else "s")
    stem = base + base[-1] if base in _DOUBLING and base != "harp" else base
    return third, stem + "ed", stem + "ed", stem + "ing"


def forms(bases: tuple[str, ...]) -> dict[str, Form]:
    """Return every written form of `bases`; where two bases share one, the first wins."""
    table: dict[str, Form] = {}
    for base in bases:
        third, past, participle, ing = _IRREGULAR.get(base) or _regular(base)
        for word, tense in ((past, "past"), (third, "s"), (ing, "ing"), (base, "base"),
                            (participle, "past")):  # fmt: skip
            table.setdefault(word, Form(base, tense))
    return table


#: Verbs whose subject may follow ("..., said Smith").
INVERTING = frozenset(
    "say add write tweet ask reply respond explain continue declare conclude note recall report "
    "argue admit warn insist announce observe claim state".split()
)
#: Verbs that may tag a sentence at its end ("..., officials said on Monday.").
FINAL = INVERTING | frozenset(
    "tell find show suggest believe think predict estimate acknowledge indicate promise vow "
    "pledge reveal concede contend assert maintain complain recount remember emphasize stress "
    "point caution confirm hope fear suspect speculate figure joke reason write".split()
)
#: What seems so, seems so to nobody named: their subject is no speaker.
EVIDENTIAL = frozenset("appear seem look sound".split())
#: In the passive their subject is who thinks so ("was worried that").
FEELING = frozenset("worry concern convince focus frustrate disappoint".split())
#: Verbs that speak only with a particle ("shot back", "lashed out", "put it").
WITH_PARTICLE = frozenset("shoot fire hit go put lash point chime sum blare".split())
#: Nouns for those who hold the view ("critics of the plan").
PEOPLE = frozenset("supporters supporter critics critic advocates".split())
#: Verbs that name a thing; what follows is a title or a label, no speech.
NAMING = frozenset("call title name label dub brand term deem refer".split())
#: Verbs that take fragments but never tag a whole quotation after it.
NO_TAG = NAMING | frozenset(
    "hit find rule accuse blame project reject refute signal hold invite thank offer order "
    "threaten fire press express voice begin open finish start indicate portray cite welcome "
    "praise blast criticize criticise condemn denounce dismiss slam deny refuse demand text "
    "express convey propose pledge mandate forecast calculate tout hail support reveal "
    "disclose announce".split()
) - {"announce", "reveal", "demand", "offer", "begin", "cite"}
#: Verbs that report an act or attitude, not words; they never tag a quotation.
OTHER = tuple(
    "believe think want hope plan expect see seem appear feel prefer favor favour intend consider "
    "doubt worry fear know mean support oppose back embrace seek decide view regard understand "
    "recognize recognise look sound learn convince endorse show decline defend talk discuss refuse "
    "attack vote focus cast compare sign challenge echo request nominate reference encourage "
    "address identify list hire share lay credit authorize balk knock persuade assail side push "
    "advocate disavow liken ignore approve boo shun champion tackle aim touch document stand "
    "decide dispute downplay tar hammer target lobby apologize acquit celebrate detail expose "
    "block challenge restrict file appoint justify brush single determine unveil outline "
    "articulate chastise skewer savage trash bash shame fault mourn resist concern".split()
)
#: The verbs of `OTHER` that report words after all.
_SPOKEN = frozenset(
    "endorse defend talk discuss decline refuse attack echo request reference address lay advocate "
    "disavow liken boo outline detail articulate chastise skewer savage bash shame fault mourn "
    "downplay apologize dispute brush challenge compare encourage identify list credit persuade "
    "lobby touch trash assail knock".split()
)
#: Cues of opinion and intention; what they attribute is marked so, and is no speech.
OPINION = (frozenset(OTHER) - _SPOKEN) | frozenset(
    "concern concerns belief plan plans decision interest view views doubt doubts fear fears hope "
    "hopes confidence desire favor support supporter supporters opposition worry worries notion "
    "idea understanding assumption news speculation evidence position positions stance consensus "
    "impression thought thoughts skepticism outrage anger frustration critic critics advocate "
    "advocates opinion rejection refusal".split()
)
ADJECTIVES = frozenset(
    "confident concerned worried skeptical sceptical critical willing eager clear hopeful "
    "convinced aware proud wary supportive opposed optimistic interested angry reluctant "
    "determined nervous certain afraid sure unsure glad happy disappointed dismissive "
    "unhappy frustrated upset furious outraged open ready prepared committed doubtful".split()
)
NOUNS = frozenset(
    "criticism support attack attacks concern concerns question questions claim claims statement "
    "accusation accusations endorsement call calls comment comments remark remarks complaint "
    "complaints opinion assertion suggestion news belief proposal proposals decision plan plans "
    "promise promises pledge pledges vow interest supporter supporters case rejection defense "
    "critique favor doubt doubts fear fears message confidence hope hopes warning warnings view "
    "views opposition refusal desire argument allegation allegations admission report reports "
    "notion idea understanding assumption announcement demand demands request requests praise "
    "condemnation denunciation insistence worry worries threat threats reports speculation "
    "acknowledgment acknowledgement agreement offer invitation assessment contention charge "
    "charges declaration disagreement skepticism outrage anger frustration critic critics "
    "advocate advocates prediction predictions commitment evidence talk chants chant position "
    "positions stance consensus conclusion revelation impression thought thoughts analysis".split()
)
SPEECH_FORMS = forms(SPEECH)
#: Bases that may tag a quotation or take a quoted fragment.
QUOTING = frozenset(SPEECH) | {"point"}
CUE_FORMS = forms(SPEECH + OTHER + ("point",))
TELLING = frozenset(
    "tell remind assure inform warn ask urge instruct advise order persuade convince".split()
)
BARE = frozenset(
    "say add note suggest claim warn argue announce insist believe think hope tell acknowledge "
    "concede admit declare".split()
)


AUXILIARIES = frozenset(
    (
        "has have had is are was were be been being will would did does do can could may might "
        "must should shall 's 'd 've 'll didn't hasn't hadn't doesn't don't won't wouldn't "
        "couldn't never not n't to"
    ).split()
)
