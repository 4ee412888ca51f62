"""The lexicon of reporting words: what a cue tells of the attitude to its content.

Three attitudes, after the attribution types of the Penn Discourse Treebank (Prasad et al. 2007) and PARC
(Pareti 2012): *says* (assertions: speech, writing, judgement in words), *thinks* (beliefs, knowledge, perception,
feeling) and *wants* (eventualities: intention, demand, consent and refusal). A word stands under the attitude that
it has most often in news; what follows it may turn that (``agree that`` says, ``agree to`` wants).

Keys are lower-case lemmas in American spelling; :func:`known` takes any of the usual spellings.
"""

from __future__ import annotations

from functools import lru_cache

SAYS = frozenset("""
abuse accede accent acclaim accord account accusation accuse acknowledge acknowledgement acknowledgment adage add
address adduce admission admit admittedly admonish advert affirm affirmation air allegation allege allegedly allude
allusion analogize analysis annotate announce announcement answer apologize apology apparently applaud applause
appraisal argue argument article articulate ascribe assail assert assertedly assertion assess assessment assurance
assure attack attest attribute authenticate author autobiography aver avow backlash badmouth bark bash belittle bellow
bemoan berate bicker bill blame blast blurt boast boo book brag brand brief briefing broach broadcast brush cagey
calculate caption capture carp carry castigate categorize caution caveat cavil celebrate censure certify challenge
chant characterization characterize charge chat chatter cheer chide chime christen chronicle circulate citation cite
claim clarification clarify clash classify clear coin column commend comment commentary commiserate communicate
communique compare comparison compile complain complaint compliment compute concede concession conclude conclusion
concur condemn condemnation confess confession confide confirm confirmation congratulate congratulation contend
contention contradict contrast controversy conversation convey correspond corroborate counsel counter counterattack
counterclaim credit critic critical criticism criticize critique croak crow cry data debate declaration declare decry
defamation defend defense define definition deflect delineate deliver demonize demonstrate denial denigrate denounce
denunciation deny depict depiction deplore deride describe description designate detail diagnose dictate disclose
disclosure discourse discuss discussion dismiss dismissal disparage dispatch dispel dispute dissent divulge document
documentary downplay draft drawl dub echo editorial editorialize elaborate elicit email emphasis emphasize enthuse
enumerate enunciate estimate evidence evince eviscerate exaggerate examine excerpt exclaim exclamation excoriate
exemplify exhort explain explanation expose exposit expound express expression extol extrapolate fabricate fact-check
fault figure filing film find finding flag flatter forecast foreshadow foretell forewarn formulate frame fume gloat
gossip gripe grouse growl grumble gush hail harangue headline heckle herald highlight hint hiss holler hype identify
illuminate illustrate impart implication imply impugn include indicate indication indict inform information inquire
inquiry inscribe insinuate insinuation insist instance insult interject interrupt interview intimate intone introduce
invoke itemize jab jeer jest joke journal kid knock label lambast lambaste lament lash laud laugh leak lecture letter
liken list maintain malign manifesto mark marvel mean memo memoir mention message mischaracterize mislead misquote
misreport misrepresent misstate moan mock monologue mourn mumble murmur muse mutter nag name narrate narrative news
note notice notification notify oath obituary objection observation observe op-ed opine oration outline overstate
paint paraphrase parody parrot phrase plaudit plea point poke poll pontificate portray portrayal pose posit post
postscript posture praise preach predict prediction preface present proclaim proclamation profess profile
prognosticate project projection pronounce pronouncement prophesy protest protestation prove provide publication
publicize publish pun purport purportedly quarrel query question quibble quip quotation quote rail ramble rank rant
rap rate rave react reaction read reaffirm reaffirmation reassurance reassure rebuff rebuke rebut rebuttal recall
recant recap recapitulate recite recollect recommit reconfirm record recount recrimination refer reference reflect
refutation refute regale rehash reiterate reiteration rejoin rejoinder relate relay release remark remind reminder
remonstrate repeat repetition rephrase reply report reportedly reporting reprimand reprise reproach reprove repudiate
research respond response restate retell retort retract retraction retweet reveal revelation review revile rhapsodize
rhetoric rib ridicule riff rip roar roast rule ruling rumor rumored savage say saying scoff scold score scorn scrawl
scream screed scribble scrutinize scrutiny sermon shame shout show shriek shrug sigh sign signal signify sing skewer
slam slander slogan slur smear snap snark sneer snipe sob song sound spar speak specify speculate speculation speech
spell spoke spotlight spout spread spurn sputter squabble stammer state statement statistics stipulate story stress
study stump submit substantiate subtweet suggest suggestion summarize summary sums supposedly surmise survey swear
swipe symbolize tally taunt tease tell term testify testimony text thank thunder tirade title touch tout trace
transcript translate transmit trash trumpet tussle tut tweet type unburden underline underscore understate unveil
upbraid urging utter utterance validate vent verbalize verify video vilify violate vocal vocalize voice volunteer
vouch wail warn warning weep weigh welcome whine whisper wisecrack wording write writing yell yelp
""".split())

THINKS = frozenset("""
abhor acquaint admiration admire adore afraid aghast agonize alarm alarmed amaze amazed amazement ambivalent amuse
amused anger angry angst anguish annoyance annoyed anticipate anticipation anxiety anxious appal appall appalled
apparent appear appreciate appreciation apprehend apprehension apprehensive ashamed assume assumption astonish
astonished astonishment astound attitude attuned aversion aware awareness awe bank belief believe believer bemuse bet
bewilder bitter bitterness bother brace bristle bullish care careful certain certainty cherish clarity cognizant
comfort comfortable comprehend conceive concern concerned confidence confident confuse confusion conjecture consensus
consider consideration contemplate contempt content conviction convinced credence cringe curiosity curious cynical
cynicism daydream dazzle deduce deem delight delighted delude depend depress despair desperate despise detect detest
disagree disagreement disappoint disappointed disappointment disapproval disapprove disbelief disbelieve discern
discomfort discontent discount discover disdain disgust disgusted disillusion dislike dismay dismayed displease
displeased disquiet dissatisfaction dissatisfied distaste distress distrust distrustful divide doubt doubter doubtful
dread dream dubious empathize empathy enamor enamored encouraged enjoy enmity enthusiasm enthusiastic envisage
envision envy epiphany equate esteem evaluate evident excite excited excitement expect expectation experience eye
eyewitness faith familiar fan fancy fascinate fascination fathom favorable favorably fear fearful feel feeling fond
foresee foresight forget forgive frighten frustrate frustrated frustration furious fury gauge glad glean grasp
grateful gratify gratitude grief grieve guess guilt happiness happy hate hatred hear hesitant hesitation hold horrify
hostile hostility hunch idea idolize ignorant ignore imagine impatient important impress impressed impression
incredulous indifferent indignant indignation infer inference infuriate insecure inspire interpret interpretation
intrigue intuition ire irk irritate irritated joy judge judgement judgment know knowledge learn leery lesson like
likely listen loath loathe look love mad meditate memory mesmerise mesmerize mind mindful misgiving misinterpret
misjudge misremember mistake mistrust misunderstand mood mull mystify nervous nervousness notion obsess obvious offend
offended opinion optimism optimistic outlook outrage outraged overestimate overhear overlook overwhelm paranoid
passion perceive perception perplex perspective persuaded pessimism pessimistic petrify pity please pleased ponder
pore position positive predisposition prejudice premise premonition preoccupy presume presumption pride prize proud
puzzle puzzled rankle rattle realization realize reason reckon recognition recognize reconsider regard regret rejoice
reliance relief relieve relieved relish rely remember remorse renown reputation resent resentment resign respect
rethink revere reverence revulsion rue sad sadden sadness satisfaction satisfied savor scare scared sceptic sceptical
scepticism scorned see seem seemingly sensation sense sentiment serious shock shocked shudder sick skeptic skeptical
skepticism smell sorry sour spook stance startle stomach stun stunned suppose supposition sure surprise surprised
suspect suspicion suspicious sympathetic sympathize sympathy tempt terrified terrify theory think thinking thought
thrill thrilled tire tolerate treasure trust trustful unafraid unanimous unaware uncertain uncertainty unclear
uncomfortable unconvinced underestimate understand understanding unease uneasy unfamiliar unfazed unhappiness unhappy
unimpressed unlikely unmoved unnerve unsatisfied unsettle unsure upbeat upset value vantage vex view viewpoint
visualise visualize wariness wary watch weary wince wistful witness wonder worried worry worship wrong
""".split())

WANTS = frozenset("""
abandon abide abolish abstain accept acceptance acquiesce adamant adhere adopt advice advise advocacy advocate agenda
allow ambition ambitious amenable angle appeal appoint appointment approach approval approve aspiration aspire attempt
authorization authorize averse avert avoid avoidance await back backer backing backtrack balk ban bar bargain beckon
beg behest beseech bid block booster boycott campaign cancel canvass cast cave champion choice choose clamor coax
coerce command commit commitment committed compel compete compromise condition confront consent conspire contest
convince cooperate cosponsor crackdown crave crusade curb dare deal decide decided decision decline decree dedicate
dedicated defer defiance defy delegate demand demur deploy deregulate design desire desirous desist deter
determination determine determined direct directive disallow disavow discourage disinclined disposed dissuade distance
divert drive eager eagerness effort elect embrace employ enact encourage encouragement endeavor endorse endorsement
endorser enforce enjoin entice entreat eschew espouse exempt explore extend favor fight focus forbid force forgo
forswear free goal grant guarantee guideline halt hanker hearten hesitate hope hopeful hungry impel implore impose
incentivize inclination incline inclined induce initiative insistence instigate instruct instruction intend intent
intention interest interested invitation invite itch join jostle keen lawsuit lean leap legislate legislation let
lobby long loom loyal lust mandate maneuver march mission mobilize motivate motivation move necessitate need negotiate
nominate nomination nudge object objective obligation oblige offer ok okay openness opponent oppose opposed opposition
opt order ordinance overrule overturn pass permission permit persuade persuasion petition pitch plan planning plead
pledge plot poise poised policy prefer preference prepare prepared preparedness prescribe pressure prevent principle
prioritize priority prohibit prohibition promise promote prompt proponent proposal propose proposition provoke purpose
pursue pursuit push quest quick ratify readiness ready reauthorize rebel recommend recommendation recruit redouble
refrain refusal refuse regulation reject rejection reluctance reluctant renege renounce repeal repel repress request
require requirement rescind reserve resist resistance resolution resolve resolved restrain restrict retire revoke
revolt sanction schedule seek set settle shun side solicit sponsor spur stick stipulation stop strategize strategy
strive struggle sue suit summon support supporter supportive suppress suspend tactic target temptation tend tendency
threat threaten tilt trial try unenthusiastic unwilling unwillingness uphold urge urgency veto vie vote voter vow
waive want will willing willingness wish withdraw withdrawal withhold woo yearn yearning
""".split())

# Speech to somebody: with an infinitive, "for" or "on" after it, it asks for something.
WANTS_TO = frozenset("""
agitate agree agreement aim appeal ask beckon bellow call campaign caution challenge chant cheer complain cry direct
insist insistence insisting look move objection phone plea press pressure push question rally remind scream set shout
sign signal swear talk tell text volunteer vote warn warning whisper wire work yell
""".split())

# After which prepositions they do; the others ask with "for".
ASKING = {"agree": {"to"}, "agreement": {"to"}, "call": {"for", "on", "upon"}, "insist": {"on", "upon"},
          "insistence": {"on"}, "look": {"to"}, "object": {"to"}, "objection": {"to"}, "set": {"on"}, "move": {"to"},
          "press": {"for", "on"}, "rally": {"for", "against"}, "warn": {"against"}, "caution": {"against"}}

# With a clause they say what will be ("promised he would go"), with an infinitive what is intended.
COMMITS = frozenset("guarantee pledge promise swear threaten vow threat".split())
# "would like to" wants, "likes" does not.
LIKES = frozenset("like love hate".split())
# "convinced them to" wants, "is convinced" thinks.
PERSUADES = frozenset("convince persuade".split())

# Wants that need no words, so that nobody is told of them and no medium carries them.
PRIVATE = frozenset("""
aspire attempt avoid decide desire determine focus hope intend itch keen lean long need opt plan prefer prepare pursue
ready reluctant resist seek strive struggle support tend try want willing wish work yearn
""".split())

# Raising verbs: their infinitive is what is said, not what is asked for ("claims to be", "is reported to have").
RAISES = frozenset("""
acknowledge admit allege appear believe boast brag claim confess consider deem deny depict describe discover estimate
expect feel find forecast hear judge know note perceive portray predict presume pretend profess project prove purport
quote recall record regard report repute reveal rumor say see seem show suppose suspect think understand view
""".split())

DENYING = frozenset("""
abandon averse aversion balk ban block boycott contradict debunk decline defy denial deny disagree disallow
disapproval disapprove disavow disbelief disbelieve discount dismiss dismissal disown dispel disprove dispute eschew
forbid forswear loath negate object objection opponent oppose opposed opposition overrule overturn prohibit
prohibition rebuff rebut rebuttal refusal refuse refutation refute reject rejection reluctance reluctant renounce
repeal repudiate repudiation rescind resist resistance revoke shun spurn unwilling unwillingness veto withhold
""".split())

# "dismissed it as fiction" says that it is fiction.
JUDGING = frozenset("discount dismiss reject".split())

DOUBTING = frozenset("""
disputed distrust distrustful doubt doubter doubtful dubious mistrust query question sceptic sceptical scepticism
skeptic skeptical skepticism suspicion suspicious uncertain uncertainty unclear unconvinced unlikely unsure
""".split())

# Verbs that leave another act undone: "refused to say", "failed to mention", "stopped short of calling".
UNDOING = frozenset("avoid cease decline fail forget lack neglect omit refrain refuse stop withhold".split())

NEGATIONS = frozenset("""
barely cannot hardly n't n’t neither never no nobody none nor not nothing scarcely without
""".split())

# What is declined in "declined to comment": the words after it are a topic, not something said.
TOPICAL = frozenset("""
acknowledge address answer call characterize clarify comment confirm describe detail disclose discuss elaborate
explain identify name reply respond reveal say speak specify speculate talk tell
""".split())

# Verbs whose complement tells the attitude ("issued a call", "expressed hope"), so that another word decides first.
LIGHT = frozenset("""
be become begin bring come continue deliver do draw express face find finish gain get give go have hold indicate issue
keep launch lay lead lend maintain make meet mount open pay place put raise reach receive reiterate remain repeat
return run send set share show signal start step stop submit take throw turn use voice walk
""".split())

# British forms are looked up under their American twins, and what a lemmatizer leaves inflected (or cuts wrongly, as
# in "applaude") under its base form.
_ENDINGS = (("isation", "ization"), ("ise", "ize"), ("yse", "yze"), ("our", "or"), ("ence", "ense"), ("ogue", "og"),
            ("ies", "y"), ("ied", "y"), ("es", ""), ("s", ""), ("ed", ""), ("ed", "e"), ("ing", ""), ("ing", "e"),
            ("e", ""), ("", "e"))
_WORDS = SAYS | THINKS | WANTS | WANTS_TO | RAISES | DENYING | DOUBTING


@lru_cache(maxsize=4096)
def known(lemma: str) -> str:
    """``lemma`` as the lexicon spells it; unchanged when the lexicon has no such word."""
    lemma = lemma.lower()
    if lemma in _WORDS:
        return lemma
    for ending, base in _ENDINGS:
        stem = lemma.removesuffix(ending)
        if lemma.endswith(ending) and len(stem) > 2:
            if stem + base in _WORDS:
                return stem + base
            if base == "" and stem[-1] == stem[-2] and stem[:-1] in _WORDS:  # "fretting"
                return stem[:-1]
    return lemma


@lru_cache(maxsize=4096)
def attitude(lemma: str) -> str | None:
    """``says``, ``thinks`` or ``wants`` as a word has it by itself, None for a word that the lexicon lacks."""
    lemma = known(lemma)
    for name, words in (("wants", WANTS), ("thinks", THINKS), ("says", SAYS), ("says", WANTS_TO)):
        if lemma in words:
            return name
    return None
