"""Words that say what somebody is: honorifics, roles, nouns for groups, institutions and documents.

Closed lists of common nouns and forms of address, each with what it tells (a gender, a kind of entity).
No name of a person or of an institution is among them.
"""

from __future__ import annotations

import re

#: Forms of address and what gender they tell ("" for none).
HONORIFICS = {
    "mr": "m",
    "mister": "m",
    "sir": "m",
    "lord": "m",
    "baron": "m",
    "monsieur": "m",
    "herr": "m",
    "senor": "m",
    "señor": "m",
    "don": "m",
    "signor": "m",
    "sheikh": "m",
    "shaikh": "m",
    "sheik": "m",
    "imam": "m",
    "ayatollah": "m",
    "pope": "m",
    "prince": "m",
    "king": "m",
    "emperor": "m",
    "duke": "m",
    "count": "m",
    "father": "m",
    "brother": "m",
    "rabbi": "",
    "maulana": "m",
    "emir": "m",
    "sultan": "m",
    "archbishop": "m",
    "cardinal": "m",
    "mullah": "m",
    "sayyid": "m",
    "sayyed": "m",
    "pan": "m",
    "datuk": "m",
    "dato": "m",
    "haji": "m",
    "hajji": "m",
    "alhaji": "m",
    "ato": "m",
    "bapak": "m",
    "pak": "m",
    "shri": "m",
    "senhor": "m",
    "gospodin": "m",
    "ustaz": "m",
    "mzee": "m",
    "hojatoleslam": "m",
    "datin": "f",
    "hajah": "f",
    "alhaja": "f",
    "woizero": "f",
    "ibu": "f",
    "smt": "f",
    "shrimati": "f",
    "senhora": "f",
    "senorita": "f",
    "señorita": "f",
    "doña": "f",
    "mlle": "f",
    "mademoiselle": "f",
    "pani": "f",
    "fru": "f",
    "tunku": "",
    "khun": "",
    "mrs": "f",
    "ms": "f",
    "miss": "f",
    "mme": "f",
    "madame": "f",
    "madam": "f",
    "lady": "f",
    "dame": "f",
    "baroness": "f",
    "frau": "f",
    "senora": "f",
    "señora": "f",
    "signora": "f",
    "princess": "f",
    "queen": "f",
    "empress": "f",
    "duchess": "f",
    "countess": "f",
    "sister": "f",
    "mother": "f",
    "daw": "f",
    "dr": "",
    "doctor": "",
    "prof": "",
    "professor": "",
    "rev": "",
    "reverend": "",
    "hon": "",
    "pastor": "",
    "bishop": "",
    "saint": "",
    "cpl": "",
    "brig": "",
    "insp": "",
    "mp": "",
    "justice": "",
    "judge": "",
    "comrade": "",
}

#: Nouns that head a role of one person; the value is the gender that the word tells.
ROLES = {
    word: ""
    for word in """
president vice-president premier minister chancellor secretary undersecretary chief head leader director chair
chairperson co-chair vice-chair speaker spokesperson ambassador envoy emissary diplomat negotiator mediator
representative delegate commissioner coordinator administrator governor mayor senator congressperson lawmaker
legislator parliamentarian deputy councillor councilor alderman mp mep premiership general lieutenant major colonel
captain commander admiral marshal brigadier sergeant corporal private officer soldier veteran fighter prosecutor
attorney lawyer barrister solicitor counsel judge justice magistrate sheriff detective inspector superintendent
constable ombudsman professor lecturer scholar academic scientist researcher economist analyst expert historian
strategist pollster consultant adviser advisor aide assistant staffer operative organizer organiser campaigner
activist dissident journalist reporter correspondent columnist commentator editor author writer poet novelist
broadcaster anchor host presenter photographer filmmaker artist singer musician composer actor comedian
player coach manager trainer athlete striker goalkeeper captain teacher principal headteacher dean rector provost
student pupil graduate doctor physician surgeon nurse psychologist psychiatrist therapist epidemiologist virologist
engineer architect developer programmer designer pilot driver farmer worker miner trader banker broker investor
executive founder co-founder owner entrepreneur billionaire millionaire tycoon mogul magnate ceo cfo coo chairmanship
candidate nominee contender frontrunner hopeful challenger incumbent politician statesperson official bureaucrat
monarch ruler dictator strongman emir sultan sheikh bishop archbishop cardinal pope priest pastor rabbi imam cleric
ayatollah monk preacher evangelist victim survivor witness suspect defendant plaintiff whistleblower hostage refugee
migrant resident local neighbour neighbor villager citizen voter supporter critic opponent rival ally colleague
counterpart successor predecessor friend relative parent child sibling cousin spouse partner fiance guard bodyguard
translator interpreter librarian curator treasurer comptroller accountant auditor solicitor-general attorney-general
secretary-general commander-in-chief treasurer clerk warden ranger firefighter paramedic lobbyist protester
demonstrator rebel insurgent militant terrorist hacker blogger influencer celebrity star icon guru boss chieftain
warlord elder patriarch caliph taoiseach czar tsar premier-elect president-elect governor-general vicar user member
person individual man-of-the-house source insider observer participant delegate attendee adversary enemy
""".split()
}
ROLES |= {
    word: "m"
    for word in """
man boy gentleman guy king prince emperor duke baron lord spokesman chairman congressman assemblyman councilman
businessman statesman policeman fireman father brother son husband uncle nephew grandfather grandson boyfriend
fisherman frontman widower stepfather stepson salesman strongman clergyman serviceman anchorman alderman nobleman
waiter actor monk priest
""".split()
}
ROLES |= {
    word: "f"
    for word in """
woman girl lady queen princess empress duchess baroness spokeswoman chairwoman congresswoman assemblywoman
councilwoman businesswoman stateswoman policewoman mother sister daughter wife aunt niece grandmother granddaughter
girlfriend actress widow stepmother stepdaughter saleswoman nun servicewoman anchorwoman waitress heroine mistress
""".split()
}

#: Abbreviated roles before a name.
ABBREVIATED = {
    "sen": "senator",
    "sens": "senator",
    "rep": "representative",
    "reps": "representative",
    "gov": "governor",
    "gen": "general",
    "maj": "major",
    "col": "colonel",
    "lt": "lieutenant",
    "sgt": "sergeant",
    "capt": "captain",
    "adm": "admiral",
    "pres": "president",
    "prof": "professor",
    "amb": "ambassador",
    "atty": "attorney",
    "sec": "secretary",
    "supt": "superintendent",
    "det": "detective",
    "pm": "premier",
    "cmdr": "commander",
}
#: Words in a role that make it another one: a deputy minister is not the minister.
LESSER = set("vice deputy assistant associate shadow acting interim former ex then".split())
#: Relatives: "his wife" may be somebody named as a wife.
KIN = set(
    "wife husband mother father son daughter brother sister ex-wife ex-husband widow widower fiance partner spouse "
    "uncle aunt cousin grandfather grandmother girlfriend boyfriend".split()
)
#: Plurals of people that act as one.
COLLECTIVE = set(
    "leader ally partner nation country state government power force troop member lawmaker voter family community "
    "party minister senator republican democrat conservative liberal rebel militant team side".split()
)

#: A general noun can take up somebody known by a more special one ("the Ukrainian leader" for a president).
STANDS_FOR = {
    "leader": set(
        "president premier minister chancellor king queen emperor monarch ruler dictator strongman chief head "
        "chairman chairwoman chair prince sultan emir sheikh ayatollah taoiseach secretary speaker founder "
        "president-elect governor".split()
    ),
    "minister": {"premier"},
    "premier": {"minister"},
    "official": set(
        "minister secretary undersecretary spokesman spokeswoman spokesperson director deputy commissioner "
        "adviser advisor aide administrator coordinator chief head representative governor mayor".split()
    ),
    "diplomat": set("ambassador envoy emissary negotiator minister chief secretary representative".split()),
    "envoy": {"ambassador", "emissary", "representative", "negotiator"},
    "politician": set(
        "president premier minister chancellor senator congressman congresswoman lawmaker mp mep deputy "
        "governor mayor representative candidate nominee councillor".split()
    ),
    "lawmaker": set("senator congressman congresswoman mp mep deputy representative legislator".split()),
    "legislator": set("senator congressman congresswoman mp mep deputy representative lawmaker".split()),
    "candidate": {"nominee", "frontrunner", "contender", "hopeful"},
    "nominee": {"candidate", "frontrunner"},
    "monarch": {"king", "queen", "emperor", "empress"},
    "commander": set("general colonel admiral marshal major brigadier captain".split()),
    "general": {"commander"},
    "officer": set("general colonel admiral marshal major brigadier captain lieutenant sergeant inspector".split()),
    "spokesperson": {"spokesman", "spokeswoman"},
    "lawyer": {"attorney", "counsel", "barrister", "solicitor"},
    "attorney": {"lawyer", "counsel"},
    "adviser": {"advisor", "aide", "strategist", "consultant"},
    "advisor": {"adviser", "aide", "strategist", "consultant"},
    "aide": {"adviser", "advisor", "assistant"},
    "businessman": set("mogul magnate tycoon billionaire millionaire entrepreneur executive".split()),
    "billionaire": set("mogul magnate tycoon businessman".split()),
    "academic": {"professor", "scholar", "lecturer"},
    "expert": {"analyst", "professor", "researcher", "scholar"},
    "analyst": {"expert", "researcher"},
    "journalist": {"reporter", "correspondent", "editor", "columnist", "anchor", "host"},
    "chief": {"head", "director", "commander"},
    "head": {"chief", "director", "chair", "chairman", "chairwoman"},
    "boss": {"chief", "head", "director", "chairman", "chairwoman", "executive"},
    "cleric": {"ayatollah", "imam", "bishop", "archbishop", "cardinal", "priest", "pope"},
}

#: Nouns that head a body which speaks as one.
INSTITUTIONS = set(
    """
ministry department agency administration government cabinet office council commission committee parliament
congress senate assembly court tribunal embassy consulate mission delegation bureau secretariat directorate
authority army navy military force police party coalition alliance union federation confederation league
organization organisation association society foundation institute institution university college school academy
company firm corporation bank fund group network broadcaster newspaper magazine paper daily weekly outlet website
publication publisher press station channel newsroom campaign team club hospital church synod patriarchate
think-tank thinktank charity ngo watchdog regulator board panel inquiry task-force service services house palace
presidency chancellery monarchy regime junta opposition leadership state country nation kingdom republic
municipality city council airline airport startup brand retailer manufacturer developer platform studio label
militia brigade battalion regiment guard corps command unit faction movement front center centre lab laboratory
registry exchange utility operator provider giant maker carrier chain lender consortium bloc side
headquarters news treasury exchequer judiciary prosecution defence defense legislature
""".split()
)

#: A general noun for a body can take up a special one.
BODY_STANDS_FOR = {
    "bloc": {"union", "alliance", "league", "federation"},
    "alliance": {"organization", "organisation", "union"},
    "paper": {"newspaper", "daily", "times", "post"},
    "newspaper": {"daily", "paper", "times", "post"},
    "company": {"corporation", "firm", "inc", "ltd", "airlines", "motors", "industries"},
    "firm": {"company", "corporation"},
    "bank": {"bank"},
    "lender": {"bank"},
    "group": {"organization", "organisation", "association", "foundation", "federation", "fund"},
    "organization": {"group", "association", "foundation", "federation", "league"},
    "organisation": {"group", "association", "foundation", "federation", "league"},
    "watchdog": {"agency", "commission", "authority"},
    "court": {"tribunal"},
    "tribunal": {"court"},
}

#: Bodies that print or send news.
NEWS_NOUNS = set(
    """agency newspaper magazine paper daily weekly outlet website publication broadcaster network station
channel tabloid portal wire news times post""".split()
)

#: Nouns for a territory that acts.
COUNTRY_NOUNS = {"country", "nation", "state", "kingdom", "republic"}

#: Nouns for a text that says something.
DOCUMENTS = set(
    """
report statement letter document paper study survey poll article story book memo memorandum email e-mail note
communique communiqué declaration resolution treaty agreement deal accord lawsuit complaint filing indictment
affidavit testimony transcript decree law bill constitution order ruling verdict opinion brief dossier file files
record records post tweet message text video footage recording tape interview speech address broadcast website
page account list advertisement ad editorial op-ed column review release bulletin newsletter guide manual plan
proposal draft dispatch cable headline caption sign notice warning advisory analysis research data figures
statistics census audit investigation rules guidelines report's
""".split()
)

#: Plural or collective nouns of people, beside the plurals of roles.
PEOPLE = set(
    """
people men women officials sources authorities leaders police troops forces families relatives parents children
others many some several few most both all those residents locals villagers witnesses fans media press public
crowd audience community majority minority insiders allies partners team rebels militants islamists separatists
sides parties members aides advisers advisors staff crew rivals critics supporters opponents experts analysts
lawmakers republicans democrats conservatives liberals progressives socialists
""".split()
)

#: Nouns of vague persons that never name anybody.
VAGUE = set(
    "source sources insider insiders observer observers people person someone somebody anyone anybody "
    "everyone everybody nobody one others another man woman reports rumors rumours critics some many".split()
)

_IRREGULAR = {
    "men": "man",
    "women": "woman",
    "people": "person",
    "children": "child",
    "wives": "wife",
    "chiefs": "chief",
    "attorneys": "attorney",
    "secretaries-general": "secretary-general",
}


def singular(noun: str) -> str:
    """The singular of an English noun in lower case ("ministries" -> "ministry"); unknown words stay as they are."""
    noun = noun.lower().rstrip(".")
    if noun in ABBREVIATED:
        return ABBREVIATED[noun]
    if noun in _IRREGULAR:
        return _IRREGULAR[noun]
    for plural, single in (("men", "man"), ("women", "woman")):
        if noun.endswith(plural) and noun[: -len(plural)] + single in ROLES:
            return noun[: -len(plural)] + single
    if noun.endswith("ies") and len(noun) > 4:
        return noun[:-3] + "y"
    if noun.endswith(("sses", "ches", "shes", "xes")):
        return noun[:-2]
    return noun[:-1] if noun.endswith("s") and not noun.endswith(("ss", "us", "is")) else noun


def is_role(noun: str) -> bool:
    """Whether a noun (singular or plural) heads a role of persons: listed, or formed like an agent noun."""
    word = singular(noun)
    return word in ROLES or word.rpartition("-")[2] in ROLES or bool(re.fullmatch(r"\w{3,}(?:man|woman|person|ologist|ician)", word))


def is_plural(noun: str) -> bool:
    """Whether a noun of people is plural or collective."""
    word = noun.lower()
    if word.rstrip(".") in ABBREVIATED:
        return word.rstrip(".").endswith("s")
    return word in PEOPLE or (singular(word) != word and is_role(word))


def role_gender(noun: str) -> str | None:
    """ "m" or "f" when the noun tells it ("spokeswoman"), else None."""
    word = singular(noun).rpartition("-")[2]
    if word in ROLES:
        return ROLES[word] or None
    return "f" if word.endswith("woman") else "m" if word.endswith("man") else None


def covers(description: str, known: str) -> bool:
    """Whether the noun ``description`` can take up somebody known as ``known`` (both singular nouns)."""
    return description == known or known in STANDS_FOR.get(description, ())


def honorific(word: str) -> str | None:
    """Gender of a form of address ("m", "f" or "" for none told); None when ``word`` is not one."""
    plain = word.rstrip(".").lower()
    return None if plain in ABBREVIATED else HONORIFICS.get(plain)
