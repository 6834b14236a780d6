"""Word lists that the rules read: function words, roles, organisations, first names, places.

Plain tuples and sets of lower-case words, so that a reader can see and extend what is known.
"""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


MALE, FEMALE, PLURAL = "m", "f", "p"

PRONOUNS = {
    "he": MALE, "she": FEMALE, "they": PLURAL, "we": PLURAL, "i": "", "it": "it",
    "him": MALE, "her": FEMALE, "them": PLURAL, "his": MALE, "their": PLURAL,
    "who": "who", "both": PLURAL,
}  # fmt: skip

DETERMINERS = _words(
    "the a an this these those his her its their our my your some many several one two three "
    "four five six another any no most few other all both each every certain numerous"
)
POSSESSIVE_PRONOUNS = _words("his her its their our my your")

#: Prepositions that may join two noun phrases of a speaker ("a spokesman for the ministry").
JOINING = _words("of for at in from with on to near inside within against under among across by")

ADVERBS = _words(
    "also then later now just once recently often repeatedly again first previously already still "
    "even only not never ever always sometimes instead meanwhile however perhaps apparently "
    "today yesterday tomorrow earlier soon thus therefore nevertheless nonetheless famously "
    "simply merely further furthermore moreover besides afterward afterwards subsequently "
    "initially finally eventually originally long twice ago too so quickly rightly both all "
    "notably indeed back well almost rather quite very likely reportedly allegedly"
)

#: Words that end a walk over a noun phrase: they belong to a clause, not to a phrase.
STOPS = ADVERBS - _words("both all back well first") | _words(
    "and or but nor yet as if when while because since although though unless until before after "
    "that which who whom whose what where why how whether than is are was were be been being am "
    "has have had having do does did doing will would can could may might must shall should "
    "said says say saying told tells tell i you he she it we they him me us them "
    "into onto upon about over during through despite via per amid without between along "
    "there here like unlike not n't according said: let lets make makes made get gets got go "
    "goes went come comes came take takes took see sees saw know knows knew think thinks thought "
    "want wants wanted seem seems seemed appear appears appeared become becomes became "
    "thanks yes no. ok okay well please following based given considering"
)

#: Nouns for a person in a role; in lower case they may stand before a name or alone.
ROLES = _words(
    "spokesman spokeswoman spokesperson spokesmen spokespeople official officials officer "
    "officers minister ministers secretary president presidents premier chancellor governor "
    "governors senator senators congressman congresswoman lawmaker lawmakers representative "
    "representatives mayor mayors ambassador ambassadors diplomat diplomats envoy envoys aide "
    "aides adviser advisers advisor advisors strategist strategists consultant consultants "
    "manager managers director directors chairman chairwoman chair chairs chairperson chief "
    "chiefs head heads leader leaders deputy commander commanders general generals admiral "
    "colonel captain lieutenant sergeant soldier soldiers analyst analysts expert experts "
    "economist economists professor professors scholar scholars researcher researchers fellow "
    "historian historians scientist scientists author authors writer writers columnist "
    "columnists reporter reporters journalist journalists correspondent correspondents editor "
    "editors host hosts anchor anchors pollster pollsters attorney attorneys lawyer lawyers "
    "judge judges justice prosecutor prosecutors sheriff detective investigator investigators "
    "candidate candidates nominee nominees contender contenders rival rivals incumbent "
    "challenger challengers opponent opponents supporter supporters activist activists organizer "
    "organizers organiser organisers advocate advocates protester protesters demonstrator "
    "demonstrators volunteer volunteers delegate delegates voter voters resident residents "
    "villager villagers witness witnesses source sources executive executives founder "
    "co-founder cofounder owner owners partner chief ceo member members counterpart "
    "counterparts coordinator counsel speaker whip staffer staffers operative operatives "
    "operator surrogate surrogates critic critics ally allies backer backers donor donors "
    "teacher teachers student students doctor doctors nurse nurses priest pastor bishop "
    "cardinal pope imam rabbi king queen prince princess emir sultan sheikh ayatollah cleric "
    "businessman businesswoman mogul billionaire developer actor actress singer comedian "
    "director filmmaker producer star coach player farmer farmers worker workers man woman men "
    "women mother father son daughter wife husband brother sister friend friends neighbor "
    "neighbors neighbour neighbours veteran veterans person people parent parents insider "
    "insiders observer observers veteran negotiator negotiators mediator mediators "
    "administrator inspector superintendent commissioner treasurer trustee principal dean "
    "specialist specialists trader traders dealer dealers banker bankers broker brokers refiner "
    "shipper exporters producers aide-de-camp vice-president lobbyist lobbyists campaigner "
    "hostage survivor survivors relative relatives passenger passengers refugee refugees migrant "
    "migrants immigrant commentator commentators blogger contributor caller guest moderator "
    "co-author coauthor co-host biographer publicist secretary-general undersecretary"
)

#: Titles that stand in capitals before a name; no part of the canonical name.
TITLES = _words(
    "mr mrs ms miss dr sir dame lord lady president vice-president vice prime minister foreign "
    "defence defense finance interior health energy trade deputy assistant under undersecretary "
    "acting former ex-president first second senior chief secretary state treasury general "
    "secretary-general gen lt col sgt maj cmdr capt adm admiral colonel captain major lieutenant "
    "sergeant commander brigadier corporal staff senator sen sens representative rep reps "
    "congressman congresswoman governor gov mayor speaker leader majority minority whip chairman "
    "chairwoman chair chancellor premier ambassador envoy special attorney judge justice sheriff "
    "commissioner director professor prof rev reverend father sister pope king queen prince "
    "princess sheikh sheik ayatollah emir imam rabbi cardinal archbishop bishop pastor saint "
    "republican democrat democratic gop presidential nominee candidate spokesman spokeswoman "
    "spokesperson columnist analyst editor reporter correspondent anchor host ceo cfo coo "
    "co-chair counsel adviser advisor national security press campaign manager strategist "
    "pollster comrade brother hon supreme crown marshal field chief-of-staff lawmaker official "
    "rear excellency honorable honourable legislator prosecutor-general counselor counsellor "
    "ministers presidents senators governors ambassadors secretaries"
)

#: The titles that alone, with "the", point to a person of the article ("the president").
OFFICE = _words(
    "president premier chancellor minister secretary senator governor mayor congressman "
    "congresswoman king queen pope prince chairman chairwoman ambassador speaker general "
    "admiral nominee candidate mogul businessman billionaire real-estate republican democrat "
    "director sheriff judge professor spokesman spokeswoman envoy diplomat commander chief "
    "leader author actor singer lawmaker analyst adviser advisor colonel emir"
)

#: Words that make a capitalised name an organisation, an outlet, a document or a place.
ORGANISATION_WORDS = _words(
    "house department ministry committee commission party post times news university college "
    "council agency pentagon kremlin senate congress parliament nato un u.n eu organization "
    "organisation association institute center centre foundation campaign administration "
    "government court bureau office board bank group company corporation corp inc ltd co union "
    "federation league institution press journal magazine tribune guardian herald radio network "
    "television cnn abc nbc cbs fox bbc msnbc reuters ap afp politico facebook twitter google "
    "army navy force forces command police fund authority assembly coalition alliance front "
    "movement society service services international associated washington moscow beijing "
    "security street white brookings pew gallup survey poll report tass xinhua "
    "embassy consulate legislature caucus conference convention republicans democrats gop dnc "
    "rnc pac nation states kingdom republic hamas hezbollah taliban isis fbi cia nsa irs epa "
    "school hospital church club project initiative secretariat tribunal ministry's trust "
    "jazeera exchange airlines industries partners capital holdings systems motors energy oil "
    "intelligence"
)

#: Lower-case nouns for bodies and documents that speak.
BODIES = _words(
    "ministry department government administration campaign committee commission council agency "
    "company party group organization organisation association statement report study survey "
    "poll paper newspaper magazine website site document documents memo letter email article "
    "story post release bill law court board bank union office university police army military "
    "navy state country nation city county community institute center centre coalition "
    "alliance movement network station channel outlet ad advertisement video script panel team "
    "firm embassy bureau staff family lawsuit complaint filing ruling opinion resolution "
    "announcement sign signs tweet message transcript source bloc faction militia pentagon "
    "kremlin delegation side sides presidency parliament senate house congress"
)

GROUP_WORDS = _words(
    "officials leaders ministers lawmakers republicans democrats critics supporters analysts "
    "experts aides advisers advisors allies activists protesters demonstrators voters residents "
    "people men women students economists sources diplomats delegates members parties sides "
    "countries nations governments presidents senators both pair two generals soldiers troops "
    "police investigators prosecutors lawyers opponents rivals others many some most workers "
    "authorities reporters journalists americans russians ukrainians conservatives liberals "
    "progressives parents teachers scientists researchers dealers traders observers friends "
    "strategists operatives organizers insiders scholars historians pundits commentators "
    "spokesmen chiefs heads staffers donors backers families witnesses fans readers candidates"
)

WEEKDAYS = _words("monday tuesday wednesday thursday friday saturday sunday")
MONTHS = _words(
    "january february march april may june july august september october november december "
    "jan. feb. mar. apr. aug. sept. sep. oct. nov. dec."
)
NAME_PARTICLES = _words("de la del der van von den bin bint ibn al el abu da dos di du le ben ter")
NAME_SUFFIXES = _words("jr jr. sr sr. ii iii iv")

MALE_NAMES = _words(
    "james john robert michael william david richard joseph thomas charles christopher daniel "
    "matthew anthony donald mark paul steven andrew kenneth joshua kevin brian george edward "
    "ronald timothy jason jeffrey ryan jacob gary nicholas eric jonathan stephen larry justin "
    "scott brandon benjamin samuel gregory frank alexander raymond patrick jack dennis jerry "
    "tyler aaron jose adam henry nathan douglas zachary peter kyle walter ethan jeremy harold "
    "keith christian roger noah gerald carl terry sean austin arthur lawrence jesse dylan bryan "
    "joe jordan billy bruce albert willie gabriel logan alan juan wayne roy ralph randy eugene "
    "vincent russell elijah louis bobby philip johnny mike bill jim tom bob steve dan dave matt "
    "chris tony ted ben jeff greg rob ron ken rick mitt marco rand jeb barack bernie mitch "
    "harry chuck newt rudy reince corey karl jake anderson wolf lester chuck glenn rush sam "
    "vladimir sergei sergey dmitry dmitri yury yuri igor mikhail nikolai ivan oleg alexei boris "
    "volodymyr petro xi li wang benjamin bibi ehud yitzhak shimon ariel naftali yair avigdor "
    "mahmoud mohammed muhammad mohammad mohamed ahmed ahmad ali hassan hussein omar ibrahim "
    "abdullah abdul khalid khaled yasser bashar recep tayyip mevlut hakan emmanuel francois "
    "nicolas jacques jean pierre olaf angel helmut gerhard frank-walter jens anders antonio ban "
    "kofi ranil narendra rahul imran nawaz shinzo fumio junichiro kim moon yoon justin stephen "
    "malcolm scott tim antony lloyd ned jonathan ronald caspar fritz jorge luis carlos pedro "
    "miguel hugo fidel raul evo lula nestor javier manuel pablo felipe enrique mario giorgio "
    "silvio matteo giuseppe viktor andrzej donald lech vaclav robby tad jared eric donnie "
    "bryan brad craig curt derek doug drew earl ed edwin ernest evan fred garrett geoffrey "
    "gordon graham grant howard hugh ian isaac jamie jay jeremiah jimmy joel josh julian kirk "
    "lance lee leo leon lewis lou lucas luke marc marcus marshall martin marvin max micah nate "
    "neil nick norman oliver oscar owen pat phil randall reid rex ricky rodney ross roland "
    "rubio russ shane simon spencer stan stanley stewart stuart tad todd trent trevor troy tim "
    "victor vic warren wes zach zack ash khizr humayun najib saud salman faisal turki naim "
    "yahya ismail hasan javad abbas hossein ebrahim qassem nouri haider jalal ashraf hamid lee "
    "lindsey clay denis jibril josef ludwig herbert hans klaus otto willy wolfgang kurt rajiv"
)
FEMALE_NAMES = _words(
    "mary patricia jennifer linda elizabeth barbara susan jessica sarah karen lisa nancy betty "
    "margaret sandra ashley kimberly emily donna michelle carol amanda dorothy melissa deborah "
    "stephanie rebecca sharon laura cynthia kathleen amy angela shirley anna brenda pamela emma "
    "nicole helen samantha katherine christine debra rachel carolyn janet catherine maria "
    "heather diane ruth julie olivia joyce virginia victoria kelly lauren christina joan evelyn "
    "judith megan andrea cheryl hannah jacqueline martha gloria teresa ann anne sara madison "
    "frances kathryn janice jean abigail alice julia judy sophia grace denise amber doris "
    "marilyn danielle beverly isabella theresa diana natalie brittany charlotte marie kayla "
    "alexis lori hillary chelsea melania ivanka kellyanne carly jill elizabeth kirsten nikki "
    "condoleezza madeleine susan samantha wendy victoria theresa angela ursula christine marine "
    "margrethe jacinda julia sanna mette kaja annalena dilma cristina aung benazir indira sheikh "
    "hasina tsai chrystia nancy dianne barbara debbie donna gennifer monica paula juanita huma "
    "loretta sally valerie michele maggie meg megyn jen jenna joanne josephine kate kathy "
    "katrina katy kay kim kris kristen kristin leah leslie liz lucy lynn marcia marsha meghan "
    "mia mimi molly naomi nina nora pam peggy penny phyllis rosa rose roxanne sally shannon "
    "sheila sheryl sonia stacey stacy sue suzanne tammy tara tina tracy vanessa vera vicki wanda "
    "yvonne zoe elisabeth eleanor ellen erica erin eva fatima gail gina heidi ingrid irene "
    "melanie melody mindy rhonda robyn roberta tyra tanya tyresha jane jeanne jenny jodi "
    "juliet karine kamala lena lydia mai malala mariya natasha ilhan "
    "rashida alexandria dina tulsi hope sarah stormy omarosa arlene arianna ana alicia alison "
    "allison golda simone margot ingrid svetlana olga yulia oksana olena iryna tzipi hanan"
)
FAMILY_MALE = _words(
    "man father son husband brother businessman congressman spokesman king prince chairman actor "
    "boy uncle nephew grandfather mr mr. sir lord pope"
)
FAMILY_FEMALE = _words(
    "woman mother daughter wife sister businesswoman congresswoman spokeswoman queen princess "
    "chairwoman actress girl aunt niece grandmother mrs mrs. ms ms. miss dame lady"
)

#: Countries, capitals and peoples: capitalised words that are no persons.
PLACES = _words(
    "america united states u.s us usa russia ukraine china iran iraq israel syria turkey egypt "
    "saudi arabia yemen libya lebanon jordan qatar kuwait bahrain oman emirates afghanistan "
    "pakistan india japan korea taiwan vietnam philippines indonesia malaysia thailand myanmar "
    "australia canada mexico cuba brazil argentina venezuela colombia chile peru nicaragua "
    "britain england uk u.k scotland ireland france germany italy spain portugal greece poland "
    "hungary romania bulgaria serbia croatia bosnia kosovo sweden norway finland denmark "
    "netherlands belgium austria switzerland georgia armenia azerbaijan belarus moldova latvia "
    "lithuania estonia kazakhstan africa asia europe nigeria kenya ethiopia somalia sudan "
    "rwanda congo mali chad niger libya tunisia algeria morocco zimbabwe angola namibia haiti "
    "washington moscow beijing kiev kyiv london paris berlin brussels geneva jerusalem tehran "
    "baghdad damascus ankara istanbul cairo riyadh doha kabul islamabad delhi tokyo seoul "
    "pyongyang taipei gaza crimea donbas california texas florida ohio pennsylvania michigan "
    "wisconsin iowa virginia carolina georgia nevada arizona colorado hampshire york jersey "
    "chicago boston philadelphia cleveland detroit miami houston dallas denver seattle atlanta "
    "east west north south eastern western northern southern central middle gulf sea black "
    "mediterranean pacific atlantic papua guinea zealand sri lanka cyprus malta iceland "
    "luxembourg slovakia slovenia czech macedonia albania montenegro uzbekistan turkmenistan "
    "tajikistan kyrgyzstan mongolia nepal bangladesh cambodia laos malaysia singapore brunei "
    "fiji ecuador bolivia paraguay uruguay panama honduras guatemala jamaica senegal ghana "
    "cameroon uganda tanzania zambia malawi mozambique botswana gabon eritrea djibouti"
)
#: Seats of government and peoples -> the country they stand for.
SEATS = {
    "kremlin": "russia", "moscow": "russia", "russian": "russia", "pentagon": "us",
    "white": "us", "washington": "us", "american": "us", "us": "us", "u.s": "us", "u.s.": "us",
    "elysee": "france", "french": "france", "paris": "france", "british": "uk", "london": "uk",
    "uk": "uk", "german": "germany", "berlin": "germany", "ukrainian": "ukraine",
    "kyiv": "ukraine", "israeli": "israel", "chinese": "china", "beijing": "china",
    "iranian": "iran", "tehran": "iran", "turkish": "turkey", "ankara": "turkey",
}  # fmt: skip
PEOPLES = _words(
    "american russian ukrainian chinese iranian iraqi israeli syrian turkish egyptian saudi "
    "yemeni libyan lebanese jordanian qatari afghan pakistani indian japanese korean taiwanese "
    "vietnamese indonesian malaysian thai australian canadian mexican cuban brazilian argentine "
    "venezuelan colombian british english scottish irish french german italian spanish "
    "portuguese greek polish hungarian romanian bulgarian serbian croatian swedish norwegian "
    "finnish danish dutch belgian austrian swiss georgian armenian belarusian african asian "
    "european arab kurdish palestinian muslim christian jewish catholic latino hispanic black "
    "white soviet western eastern foreign"
)
