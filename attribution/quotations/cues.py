"""The lexicon of reporting words: what a cue tells of the attitude to its content.

Three attitudes, after the attribution types of the Penn Discourse Treebank (Prasad et al. 2007) and PARC
(Pareti 2012): *says* (assertions: speech, writing, judgement in words), *thinks* (beliefs, knowledge, perception,
feeling) and *wants* (eventualities: intention, demand, consent and refusal). A word stands under the attitude that
it has most often in news; what follows it may turn that (``agree that`` says, ``agree to`` wants).

Keys are lower-case lemmas in American spelling; :func:`known` takes any of the usual spellings.
"""

from __future__ import annotations

SAYS = frozenset("""rule ruling welcome dismiss dismissal 
abuse accede accent acclaim accord account accusation accuse acknowledge acknowledgement acknowledgment add address
adduce admission admit admonish advert affirm affirmation aim air allegation allege allude allusion analogize analysis
announce announcement annotate anonymous answer apologize apology applaud applause appraisal argue argument articulate
ascribe assail assert assertion assess assessment assurance assure attack attest attribute autobiography aver avow
badmouth bash bemoan berate bill blame blast blog blog-post boast boo book brag brand brief briefing bring broach
broadcast caption castigate caution cavil celebrate censure challenge chant characterize characterization charge chat
cheer chide chime christen chronicle circulate citation cite claim clarify clarification clear column comment
commentary commend commiserate communicate communique compare comparison complain complaint compliment concede
concession conclude conclusion concur condemn condemnation confess confession confide confirm confirmation
congratulate congratulation contend contention contradict contrast conversation convey correspond counsel counter
counterclaim couch cover credit criticism criticize critique cry data declaration declare decry defamation defend
defense define definition delineate deliver demonize demonstrate denial denigrate denounce denunciation deny depict
depiction deplore deride describe description detail diary disclose disclosure discourse discuss discussion disparage
dispatch dispute dispel dissent divulge document documentary dub echo editorial editorialize elaborate elicit email
emphasize emphasis enumerate enunciate estimate evince exaggerate examine exclaim exclamation excerpt exclude
excoriate exhort explain explanation expose exposit expound express expression extol fabricate fault figure file
filing find finding flag flatter footage forecast foretell forewarn formulate foretold frame fume gossip grouse
grumble hail harangue headline herald highlight hint hum hype identify illuminate illustrate impart implication imply
impugn indicate indication indict inform information inquire inquiry insinuate insinuation insist instance insult
interject interrupt interview intimate introduce invoke itemize jab jeer jest joke journal kid knock label lambast
lambaste lament lash lash-out laud laugh lay leak lecture letter liken list locate log lyric maintain make-clear
malign manifesto map mark marvel mean measure memo memoir mention message mislead misrepresent misstate moan mock
monologue mourn mouth mumble murmur muse mutter name narrate narrative news note notice notify notification oath
obituary objection observation observe offer-up op-ed opine oration outline overstate page paint panel paper
paraphrase parody parrot pen phone phrase placard poem point poke poll pontificate portray portrayal posit post pose
postscript posture praise preach predict prediction preface present press proclaim proclamation profess profile
prognosticate project projection pronounce pronouncement prophesy protest protestation prove publication publicize
publish pun purport quarrel query question quibble quip quiz quotation quote rail ramble rant rap rave read
read-out reaffirm reaffirmation reassure reassurance rebuff rebuke rebut rebuttal recap recapitulate recall recite
recommit recollect reconfirm record recount recrimination refer reference reflect refute refutation regale register
rehash reiterate reiteration rejoin rejoinder relate relay release remark remind reminder render repeat repetition
reply report reportedly reporting reprimand reproach repudiate research respond response restate retell retort
retract retraction retweet reveal revelation revile rib ridicule riff rip roar roast rumor saying savage say scoff
scold scorn scream screed scrutinize search sermon shame shout show shriek sigh sign signal sing single skewer slam
slander slogan slur smear snap snark sneer snipe sob song sound speak speculate speculation speech spell spoke
spotlight spout spread spurn sputter squabble stammer state statement statistics stipulate story stress study stump
submit subtweet suggest suggestion sum summarize summary sums supply surmise survey swear swipe taunt tease tell
term testify testimony text thank thunder tip tirade title toast touch tout trace track translate transcript trash
trumpet tut tweet type unburden underline underscore understate unveil urging utter utterance vent verbalize verify
video vilify vindicate violate voice volunteer vouch wag wail warn warning weep weigh whine whisper wire wisecrack
word wording write writing yell yelp allegedly apparently purportedly supposedly assertedly admittedly rumored
mischaracterize misquote misreport fact-check fact-checked extoll remonstrate upbraid reprove rebuked rhapsodize
recant blurt bellow bark croak drawl grunt growl hiss holler intone plea lecture gripe carp nag bicker gush enthuse
crow gloat simplify specify signify symbolize exemplify evidence corroborate substantiate validate authenticate
certify diagnose calculate compute extrapolate rate rank score grade classify categorize designate deem-publicly
dictate inscribe scribble scrawl sketch draft compose recite reprise rephrase reword
""".split())

THINKS = frozenset("""position stance 
abhor accept-as-true admire admiration adore afraid aghast agonize alarm alarmed amaze amazed amazement ambivalent
amuse amused anger angry angst anguish annoyance annoyed anticipate anticipation anxiety anxious appal appall
appalled appear appreciate appreciation apprehend apprehension apprehensive ashamed assume assumption astonish
astonished astonishment astound attitude attribute-to attuned aversion aware awareness awe bank belief believe
believer bemuse bet bewilder bitter bitterness bother bullish care careful certain certainty cherish clarity
clear-eyed cognizant comfort comfortable comprehend conceive concern concerned conclude-privately confidence
confident confuse confusion conjecture consensus consider consideration contemplate contempt content conviction
convinced count cringe credence curious curiosity cynical cynicism daydream dazzle decide-that deduce deem delight
delighted delude depend depress despair desperate despise detect detest determine-that disagree disagreement
disappoint disappointed disappointment disapproval disapprove disbelief disbelieve discern discomfort discontent
discover disdain disgust disgusted disillusion dislike dismay dismayed displease displeased disquiet dissatisfaction
dissatisfied distaste distress distrust distrustful doubt doubtful doubter dread dream dubious empathize empathy
enamored encouraged enjoy enmity enthusiasm enthusiastic envisage envision envy equate esteem evaluate excite
excited excitement expect expectation experience eye familiar fancy fascinate fascination fathom favorable favorably
fear fearful feel feeling find-that fond foresee forget forgive frighten frustrate frustrated frustration furious
fury gauge glad glean grasp grateful gratitude gratify grief grieve guess guilt happy happiness hate hatred hear
hesitant hesitation hold horrify hostile hostility hunch idea idolize ignorant imagine impress impressed impression
incredulous indifferent indignant indignation infer inference infuriate insecure inspire intrigue interpret
interpretation intuition irk irritate irritated joy judge judgement judgment keen-to-know know knowledge leery learn
like likely lesson listen loath loathe look lose-sleep love mad meditate memory mind mindful misgiving misinterpret
misjudge mistake mistrust misunderstand mood mystify nervous nervousness notion obsess obvious offend offended
opinion optimism optimistic outlook outrage outraged overestimate overlook overwhelm paranoid perceive perception
perplex persuaded perspective pessimism pessimistic petrify pity pleased ponder pore positive prejudice premise
premonition presume presumption pride prize proud puzzle puzzled rattle realization realize reason recognition
recognize reckon reconsider reflect-on regard regret relate-to reliance relief relieve relieved relish rely remember
remorse resent resentment resign respect rethink revere reverence revulsion rue sad sadden sadness satisfaction
satisfied savor scare scared sceptic sceptical scepticism scorned see seem seemingly sensation sense sentiment
serious shock shocked shudder skeptic skeptical skepticism smell sorry sour speculate-privately stun stunned
suppose supposition sure surprise surprised suspect suspicion suspicious sympathetic sympathize sympathy tempt
terrified terrify theory think thinking thought thrill thrilled tire tolerate torn treasure trust trustful
unaware uncertain uncertainty unclear uncomfortable unconvinced underestimate understand understanding uneasy
unease unfamiliar unfazed unhappy unhappiness unlikely unmoved unsettle unsure upset value vantage view viewpoint
visualize visualise wariness wary watch weary witness wonder worried worry worship eyewitness unimpressed unnerve
unsatisfied impatient mesmerize mesmerise misremember notice-privately foresight mull digest assume-that
acquaint overhear observe-silently predisposition preoccupy puzzle-over rankle rejoice sour-on spook stomach vex
wince wistful yen-for
""".split())

WANTS = frozenset("""
abandon abide able-and-willing abolish abstain accept acceptance acquiesce adamant adhere adopt advice advise advocacy
advocate advocates affect agenda aim-for ambition ambitious amenable angle appeal appoint appointment approach
approval approve aspiration aspire attempt authorization authorize avoid avert averse avoidance await back backer
backing backtrack balk ban bar bargain beckon beg behest beseech bid block boycott campaign cancel canvass cast
cave champion choice choose clamor coax coerce command commit committed commitment compel compromise compete condition
confront consent conspire contest convince cooperate court crave crackdown crusade curb dare deal debate-whether decide
decided decision decision-making decline decree dedicate dedicated defer defiance defy delay delegate demand demur
deploy deregulate design desire desirous desist determination determine determined deter direct directive disallow
disavow discourage disinclined   disposed dissuade divert drive eager eagerness earmark edge effort
elect elicit-consent embrace embark employ enact encourage encouragement endeavor endorse endorsement endorser enforce
enjoin enlist entice entreat eschew espouse exempt explore extend favor fight fight-for file-suit focus forbid force
forgo forswear free front game goad goal grant guarantee guideline halt hanker hasten hearten hesitate hold-out hope
hopeful hunger impel implore impose incentivize incline inclined inclination induce initiative insistence inspiration
instigate instruct instruction intend intent intention intent-on interest interested invitation invite itch jostle
join keen lean leap legislate legislation let line-up lobby long look-to loom lure lust mandate maneuver march mission
mobilize motion motivate motivation move mull-over necessitate need negotiate nominate nomination nudge object
object-to objective oblige obligation offer openness ok okay opt oppose opponent opposed opposition order ordinance
overrule overturn pass permission permit persuade persuasion petition pitch plan planning plead plea-for pledge plot
poise poised   prefer preference prepare prepared preparedness prescribe press-for pressure prevent
principle priority prioritize proceed prod prohibit prohibition promise prompt promote proponent propose proposal
proposition provoke purpose pursue pursuit push quest quick raise-objection ratify readiness ready reauthorize
rebel recommend recommendation recruit redouble refrain refusal refuse regulation reject rejection reluctance
reluctant renege renounce repeal repel repress request require requirement rescind reserve resist resistance
resolution resolve resolved restrain restrict retaliate retire revoke revolt root   rush sanction schedule
seek set settle shun side signal-willingness sign-on solicit spur spurn-offer  stand-by stick stipulation
stop strategy strive strategize struggle sue suit summon support supporter supportive suppress swear-to tactic target
temptation tend tendency threat threaten tilt toy trial try unenthusiastic unwilling unwillingness uphold urge urgency
usher veto vie vow vote voter vying wage waive walk-back want want-to warn-off  whip will willing willingness
wish withhold woo work worthwhile yearn yearning yield
""".split())

# Speech to somebody: with an infinitive, "for" or "on" after it, it asks for something.
WANTS_TO = frozenset("""
agree agreement ask aim argument beckon bellow caution call campaign case challenge claim-right clear complain cry
direct insist insistence insisting lay lecture look move objection page phone plea press push question radio remind
rally scream shout sign signal swear talk tell text vote warn warning whisper wire work yell hold set interest cheer
chant pressure appeal oath volunteer agitate
""".split())

# After which prepositions they do; the others ask with "for".
ASKING = {"agree": {"to"}, "agreement": {"to"}, "call": {"for", "on", "upon"}, "insist": {"on", "upon"},
          "insistence": {"on"}, "look": {"to"}, "object": {"to"}, "objection": {"to"}, "set": {"on"}, "move": {"to"},
          "press": {"for", "on"}, "rally": {"for", "against"}, "warn": {"against"}, "caution": {"against"}, "advise": {"against"}}

# With a clause they say what will be ("promised he would go"), with an infinitive what is intended.
COMMITS = frozenset("guarantee pledge promise swear threaten vow threat".split())
# "would like to" wants, "likes" does not.
LIKES = frozenset("like love hate".split())
# "convinced them to" wants, "is convinced" thinks.
PERSUADES = frozenset("convince persuade".split())

# Wants that need no words, so that nobody is told of them and no medium carries them.
PRIVATE = frozenset("""
aspire attempt avoid decide desire determine focus hope intend itch keen lean long need opt plan prefer prepare pursue
ready reluctant resist seek strive struggle support tend try want wish willing work yearn
""".split())

# Raising verbs: their infinitive is what is said, not what is asked for ("claims to be", "is reported to have").
RAISES = frozenset("""
acknowledge admit allege believe boast brag claim confess consider deem deny describe estimate expect feel find hear
judge know note perceive portray presume profess purport pretend project prove quote recall record regard report repute
rumor say see seem appear show suppose suspect think understand view depict discover forecast predict reveal
""".split())

DENYING = frozenset("""
abandon balk ban block boycott contradict decline decry-as-false defy denial deny disagree disavow disallow disbelief
disbelieve discount dismiss dismissal disown dispel dispute disprove eschew forbid forswear oppose opponent opposed
opposition overrule overturn prohibit prohibition rebuff rebut rebuttal refusal refuse refutation refute reject
rejection renounce repudiate repudiation repeal resist resistance rescind revoke shun spurn unwilling unwillingness
veto withhold debunk disapprove disapproval object objection negate reluctance reluctant averse aversion loath
""".split())

DOUBTING = frozenset("""
doubt doubtful doubter distrust distrustful dubious mistrust question query sceptic sceptical scepticism skeptic
skeptical skepticism suspicion suspicious uncertain uncertainty unclear unconvinced unlikely unsure disputed
""".split())

# Verbs that leave another act undone: "refused to say", "failed to mention", "stopped short of calling".
UNDOING = frozenset("avoid cease decline fail forget lack neglect omit refrain refuse stop withhold".split())

NEGATIONS = frozenset("not n't n’t never no neither nor none nobody hardly scarcely barely without nothing cannot".split())

# What is declined in "declined to comment": the words after it are a topic, not something said.
TOPICAL = frozenset("""
address answer comment commenting detail discuss discussion disclose elaborate reveal respond response reply say
speculate speak specify talk tell explain confirm clarify identify mention offer provide give release return
""".split())

# Relative frequency decides nothing here: these carry no attitude of their own, the word beside them does.
LIGHT = frozenset("""
be become begin bring come continue deliver do draw express finish gain get give go have issue keep launch lead lend
maintain make meet mount open pay place put raise reach receive remain repeat reiterate return run send set share show
signal start step stop submit take throw turn use voice walk hold indicate face find lay
""".split())

# British -ise and -our forms are looked up under their American twins.
_SPELLINGS = (("isation", "ization"), ("ise", "ize"), ("yse", "yze"), ("our", "or"), ("ence", "ense"), ("ogue", "og"))
_WORDS = SAYS | THINKS | WANTS | WANTS_TO | RAISES | DENYING | DOUBTING


def known(lemma: str) -> str:
    """``lemma`` as the lexicon spells it; unchanged when the lexicon has no such word."""
    lemma = lemma.lower()
    if lemma not in _WORDS:
        for british, american in _SPELLINGS:
            if lemma.endswith(british) and lemma.removesuffix(british) + american in _WORDS:
                return lemma.removesuffix(british) + american
    return lemma


def attitude(lemma: str) -> str | None:
    """``says``, ``thinks`` or ``wants`` as a word has it by itself, None for a word that the lexicon lacks."""
    lemma = known(lemma)
    for name, words in (("wants", WANTS), ("thinks", THINKS), ("says", SAYS), ("says", WANTS_TO)):
        if lemma in words:
            return name
    return None
