"""What page furniture looks like: the patterns that :mod:`attribution.documents.furniture` weighs.

All are matched on a paragraph whose blanks are collapsed, so a plain space stands for any. Names in them are
those of agencies and networks that stand on every outlet's pages, never an outlet's or a person's own.
"""

from __future__ import annotations

import re

from attribution.documents.dates import DATE


def _any(*alternatives: str) -> str:
    return "(?:" + "|".join(alternatives) + ")"


_APOSTROPHE = "['\u2019]"
_DASHES = "\u2013\u2014-"
NAME = r"[^\W\d_a-z][\w.'\u2019-]*"
_PARTICLE = _any(*"and with in for of de van von der den bin al el da di du la via".split())
_NAMES = rf"{NAME}(?:(?: ?[,/&;|+] ?| )(?:{_PARTICLE} )?{NAME}){{0,14}}"
SOCIAL = _any("facebook", "twitter", "x", "instagram", "telegram", "whatsapp", "linkedin", "youtube", "tiktok",
              "threads", "bluesky", "mastodon", "google news")
_AGENCY = _any("Reuters", "AP", "AFP", "EPA", "EFE", "DPA", "dpa", "PA", "TASS", "Xinhua", "Anadolu", "ANSA", "UPI",
               "Bloomberg", "Getty", "Shutterstock", "Alamy", "Agencies", "Associated Press", "(?:File )?[Pp]hotos?",
               "Images?", "Pool", "POOL", "Handout", "HANDOUT", "File", "FILE", "Archive", "Press", "Agency")
_PICTURE = (r"(?i:(?:file |stock |handout )?"
            + _any("photo(?:graph)?", "image", "picture", "illustration", "graphic", "video", "map", "cartoon",
                   "screen ?(?:grab|shot)") + "s?)")
# Outlets report, too: "The Herald reports:" is the cue of a quotation, no byline.
_NO_OUTLET = r"(?!.*\b(?:The|News|Times|Post|TV|Radio|Press|Herald|Agency|[A-Z]{2,})\b)"

_WORK = _any("(?:with )?(?:(?:additional|further|original) )?"
             + _any("edit(?:ed|ing)", "report(?:ed|ing)", "writ(?:ten|ing)", "compiled", "translated", "produced",
                    "proofread", "photographs?", "photography", "graphics?", "inputs?", "files?") + " (?:by|from)")
_STAFF = "(?i:(?:news )?agencies|wires|staff)"
_EDITORS = (rf"[(\[]?(?:(?i:editors? ?:|{_WORK}) ?:? ?(?:{_NAMES}|{_STAFF})\.?(?: ?[;.] ?|$|(?=[)\]])))+[)\]]?",
            rf"{_NAMES} contributed (?:to|reporting).{{0,80}}")
_BYLINE = rf"(?:By|BY|Words by|Story by) ?:? {_NAMES}(?:, [^.!?]{{0,60}})?\.?"
_REPORTER = (rf"{_NO_OUTLET}{NAME}(?: {NAME}){{1,3}} (?:reports?|writes?)"
             rf"(?: (?:from|for|in) {_NAMES})? ?:")
_CREDIT_KEY = _any(rf"{_PICTURE}(?: (?i:credits?|source|caption|courtesy(?: of)?))? ?[:,|]",
                   rf"{_PICTURE} (?i:by|via|courtesy of) ", r"(?i:credits?|source|courtesy(?: of)?) ?:", "\u00a9",
                   r"\(c\)")
_CREDIT = rf"(?:.*[.!?'\"\u2019\u201d)\]{_DASHES}] ?)?{_CREDIT_KEY} ?{_NAMES}[.)\]]?"
_AGENCY_CREDIT = (r"(?:.*[(\[]|.*[.] ?|)"
                  + _any(rf"{_NAMES} ?/ ?{_AGENCY}", rf"{_AGENCY}(?: [Pp]hoto)? ?/ ?{_NAMES}",
                         rf"(?:{_NAMES} )?via {_AGENCY}(?: Images)?", rf"{_NAMES} Images") + r"[)\]]?\.?"
                  rf"|.*[(\[](?:(?i:file|photo|credit) ?: ?)?[^()\[\]]{{2,60}}/ ?{_AGENCY}[)\]]\.?")
_HEADS = _any(
    "related(?: (?:articles?|stor(?:y|ies)|content|news|coverage|topics?|posts?|links?|reading|videos?))?",
    "read (?:more|also|next)", "also read", "see also", "more (?:on|from|in) .{1,60}", "recommended(?: for you)?",
    "(?:more|other|top|latest|recent|popular|recommended) (?:stories|news|headlines|articles|coverage|videos|posts)",
    "you (?:may|might) (?:also )?(?:like|be interested in)", f"don{_APOSTROPHE}t miss", "trending(?: now)?",
    "most (?:read|popular|viewed|shared)", f"editor{_APOSTROPHE}?s{_APOSTROPHE}? (?:picks?|choice)", "up next",
    r"also on [\w .]{1,40}", "what to read next", "further reading", "explore more")
_POINTERS = _any("read(?: (?:more|also|next))?", "also read", "see also", r"related(?: \w+)?", "more", "watch",
                 "listen", f"don{_APOSTROPHE}t miss", "recommended", "must read", "tags?", "topics?", "filed under",
                 "keywords", "categor(?:y|ies)")
_COMMANDS = _any(
    "(?:skip|jump) to (?:main )?(?:content|navigation)", "(?:back|return|jump) to (?:the )?(?:top|home ?page)", "menu",
    "search", "home", "close", "toggle navigation", "loading", "sections",
    "(?:next|previous)(?: (?:article|post|story|page))?", "log ?in", "sign ?(?:in|up)", "register",
    "subscribe(?: now)?", "(?:contact|about) us", "click here", "(?:no )?comments?",
    "support (?:us|now)(?: now)?", "donate(?: now)?", "start reading", "more info(?:rmation)?", "like loading",
    "(?:thank you|thanks) for (?:registering|subscribing|signing up)",
    r"(?:view|show|hide|read|see) (?:all )?(?:\d+ )?comments?", r"\d+ (?:comments?|shares?|views|replies)",
    "read (?:the )?(?:rest|full (?:story|article|report))(?: here)?")
_ADVERTISEMENTS = _any(
    "advertisements?", "sponsored(?: content)?", "promoted(?: content)?", "paid content",
    r"(?:advertisement\W+)?(?:(?:story|article) continues|continue reading|scroll (?:down )?to continue)(?: .{0,40})?")
_CODE = _any(r"<[^>]+>", r"!\[.*", r"[.#@][\w-]+[^\"\u201c]*\{.*", r"\}.*",
             r".*(?:function ?\(|\bwindow\.\w|document\.(?:get|write|cookie)|\bvar \w+ ?=|font-size ?:).*")
_TRAIL = r"[^.!?>\u00bb\u203a|\u00b7\u2022]{1,30}"

# A paragraph that is nothing but this, from its first character to its last.
WHOLE = {name: re.compile(pattern) for name, pattern in {
    "editors": _any(*_EDITORS),
    "byline": _BYLINE,
    "reporter": _REPORTER,
    "credit": _CREDIT,
    "agency credit": _AGENCY_CREDIT,
    "agency": rf"[(\[{_DASHES}]* ?(?:with )?{_AGENCY}(?: ?[/,&] ?{_AGENCY})* ?[)\]]?",
    "copyright": r"(?i)(?:copyright|\u00a9|\(c\)).*\b(?:19|20)\d\d\b.*",
    "role": (r"(?!(?i:the|an?|our) )(?:[\w-]+ ){0,3}(?i:editor|correspondent|reporter|columnist|staff writer)"
             r"(?:,? in [\w ]+)?"),
    "caption": (rf"(?i:(?:file(?: photo)?|{_PICTURE} (?:caption|source)|pictured) ?[:,{_DASHES}]) ?.*"
                r"|.*\((?:L-R|L to R)\).*"),
    "clock": r"(?i)(?:(?:updated|posted|published) )?" + _any(
        r"\d{1,2}[:.]\d\d ?(?:[ap]\.?m\.?)? ?(?:[A-Z]{3,4})?", r"\d+ (?:min(?:ute)?|hour|day)s? ago",
        r"\d+[ -]?min(?:ute)?s? (?:read|listen|watch)"),
    "related": rf"(?i)\W*{_HEADS} ?(?:[:\u2026\u00bb\u2192>]|\.{{3}})*",
    "pointer": rf"(?i)\W*{_POINTERS} ?(?:[:|\u00bb>]+| [{_DASHES}] ) ?[^.]*[^.,;]",
    "advertisement": rf"(?i)\W*{_ADVERTISEMENTS}\W*",
    "navigation": rf"(?i)\W*{_COMMANDS}\W*",
    "trail": rf"{_TRAIL}(?: ?[>\u00bb\u203a|\u00b7\u2022] ?{_TRAIL}){{2,}}",
    "address": r"\W*(?:https?://\S+|www\.\S+|!?\[[^\]]*\]\([^)]*\)"
               r"|(?i:e-?mail ?:? ?)?(?:[\w.+-]+@[\w-]+\.[\w.]+|\[email.protected\]))\W*",
    "code": _CODE,
    "embedded": r"(?i)\W*(?:watch|listen to|see|read) [^.]{0,80} (?:below|above|here)\W*",
    "separator": r"(?:[^\w'\"\u2018\u2019\u201c\u201d\u00ab\u00bb]|_)+",
}.items()}

# A verb that asks the reader stands at the start of a clause; "thousands sign up for the newsletter" does not ask.
_ASKED = r"(?:(?<!\w )|(?<=please )|(?<=and ))"
# Words that only a page says: enough alone, where nobody reports them.
PHRASES = re.compile(r"(?i)\b" + _any(
    "browser (?:preferences|settings)", "your (?:web )?browser", "(?:enable|turn on) javascript", "javascript is",
    "ad ?-?blocker", "refresh (?:the|your|this) (?:page|browser)",
    "forgot(?:ten)? your password", "log ?in to (?:continue|read|comment|reply)",
    "already (?:a subscriber|have an account|registered)", "create (?:an|your) (?:free )?account",
    _ASKED + r"sign up (?:for|to) (?:\S+ ){0,6}(?:newsletters?|e-?mails?|alerts|updates|briefing)",
    _ASKED + "subscribe to (?:our|the|my|this)", "(?:in|into|to) your inbox", "unsubscribe (?:at any time|here)",
    r"newsletter (?:sign-?up|here|below)", r"our (?:\w+ ){0,3}newsletters?", "we (?:and our partners )?use cookies",
    "(?:accept|reject|manage) (?:all )?cookies", "(?:this (?:web)?site|page) uses cookies",
    "cookie (?:policy|settings|preferences|consent)",
    r"by (?:clicking|continuing to|subscribing|signing up|using this (?:web)?site)\b.*\byou", "all rights reserved",
    "may not be (?:published|reproduced|redistributed|copied)", "(?:our|see) (?:privacy (?:policy|notice)|terms)",
    "terms (?:and conditions|of (?:use|service)) appl(?:y|ies)", "opens in (?:a )?new (?:tab|window)",
    r"support (?:\w+ ){0,2}journalism", "support us to", "every contribution counts", "our standards:",
    "your (?:donation|contribution|support) (?:allows|helps|makes|matters)", "has not been edited by",
    "make a (?:donation|contribution) (?:today|now|to)",
    "become a (?:member|supporter|subscriber|patron) (?:today|now|of|for)", r"download (?:our|the) (?:\S+ ){0,2}app",
    "(?:app store|google play) (?:and|or|store|app store)",
    _ASKED + rf"follow (?:us|him|her|them|me|the author|@\w+|(?:\S+ ){{1,4}}on {SOCIAL}\b)", "(?:like|find|join) us on",
    "connect with us", "leave a reply", "(?:leave|make|post|add|write) a comment",
    "all fields (?:are )?required", "e-?mail address will not be published",
    "comments (?:are|have been) (?:now )?(?:closed|disabled)", "have your say", "first to comment",
    r"join (?:the|our) (?:\w+ )?(?:conversation|discussion|debate|forum|community)",
    "(?:in|to) the comments? (?:section|below)",
    "click (?:here|on the link|below)", r"(?:read|see|watch) the (?:rest|full \w+) (?:here|below|on)",
    r"for more (?:stories|news)\b.*\b(?:visit|follow|click)", "(?:also |first )?as published in (?:the|print)",
    "this is a (?:developing|breaking) (?:news )?story", "this (?:article|story|post|report|page) (?:was|has been|is) "
    "(?:originally|first|also|last|amended|corrected|updated|republished|part of)",
) + r"(?:\b|(?=(?-i:[A-Z])))")  # a capital may be glued on: "our newslettersSubscribe"

# Weaker hints: what asks the reader (weights), and what only a page speaks of. It takes one of each.
ASKS = {
    "imperative": (0.5, re.compile(r"(?i)\W*" + _any(
        "please", "sign up", "subscribe", "join", "follow", "click", "tap", "download", "register", "log ?in",
        "sign ?in", "enter", "enable", "refresh", "stay (?:up|in|on|tuned|informed)", "discover", "listen", "choose",
        "select", "manage", "read", "check (?:out|your)", "become an?",
        "(?:like|support|contact|help|visit) (?:us|our|this)", "(?:share|send) (?:us|this|your|it)",
        "(?:get|watch|receive) (?:the|our|all|more|live|this|your|breaking|daily|free)"
    ) + r"\b")),
    "reader": (0.25, re.compile(r".*?\b(?:[Yy]ou|[Yy]our|YOUR|YOU|[Oo]ur|OUR|us)\b")),
}
TOPICS = {name: re.compile(rf"(?i)\b{_any(*words)}\b") for name, words in {
    "pitch": ("newsletters?", "e-?mailed", "e-?mail (?:address|updates)", "subscri(?:be|bers?|ptions?)", "offers",
              "free trial", "notifications", "alerts"),
    "community": ("comment(?:s|ing)?", "repl(?:y|ies)", "conversations?", "fellow readers", r"other (?:\w+ )?readers",
                  "guidelines", "feedback"),
    "legal": ("privacy (?:policy|notice)", "cookies", "terms and conditions", "copyright", "permission",
              "licen[cs]e"),
    "network": (SOCIAL,),
}.items()}

SHARE_CORE = frozenset(
    "share shares sharing tweet facebook twitter whatsapp linkedin telegram reddit pinterest messenger viber flipboard "
    "instagram email e-mail print bookmark copy".split())
SHARE_MORE = frozenset(
    "this article story page post link on via by with to and a the x friend comment comments save send more options "
    "like follow us url icon button threads bluesky mastodon youtube tiktok vk open close".split())
REPORTING = re.compile(r"\b" + _any(
    "sa(?:id|ys|ying)", "told", "tells", "add(?:ed|s)", "ask(?:ed|s)", "replied", "wrote", "insist(?:ed|s)",
    "warn(?:ed|s)", "claim(?:ed|s)", "argu(?:ed|es)", "state[ds]", "explain(?:ed|s)", "not(?:ed|es)", "accus(?:ed|es)",
    "announc(?:ed|es)", "declar(?:ed|es)", "report(?:ed|edly)", "according to", "tweeted", "continued") + r"\b")
# Three words or more behind an opening mark, or a pair of double ones.
QUOTED = re.compile("[\"\u201c\u00ab\u2018]"
                    "(?:[^\\s\"\u201c\u201d\u00ab\u00bb]+ ){2,}\\S"
                    "|[\"\u201c\u00ab][^\"\u201d\u00bb]+[\"\u201d\u00bb]")
# An embedded post ends with its author's handle and date.
POST = re.compile(r"\(@\w+\).{0,40}\d{4}")
QUOTE_FIRST = re.compile("\\W{0,3}?[\"\u201c\u00ab\u2018']")
SENTENCE_END = re.compile("[.!?\u2026]['\"\u2019\u201d\u00bb)\\]]*$")
DATE_WORDS = re.compile(r"(?i)\b" + _any(
    "published", "posted", "updated", "modified", "created", "last", "first", "date[ds]?", "on", "at", "the", "time",
    "of", "from", "issued", "and", r"a\.?m", r"p\.?m", "(?:mon|tues?|wed(?:nes)?|thur?s?|fri|sat(?:ur)?|sun)(?:day)?",
    "[A-Z]{2,4}T", "GMT", "UTC"
) + r"\b|\d{1,2}[:.]\d\d(?:[:.]\d\d)?")
NAME_LINE = re.compile(rf"{NAME}(?: {NAME}){{1,3}}(?:(?:, | and | in ){NAME}(?: {NAME}){{0,3}})*")
# An entry of a menu: up to two words, no sentence, no numbered list.
LABEL = re.compile(r"[^\W\d_][\w&'\u2019/-]*(?: [\w&'\u2019/+-]+)?[>\u00bb\u203a]?")
IMAGE_SOURCE = re.compile(rf"{_PICTURE} (?i:source)\b.*")
# A crawler's note in front of the first line: "date 2031-03-09 Envoy leaves Borsk".
STAMP = re.compile(rf"(?:(?i:date|published|posted|updated) ?:? ?(?:{DATE.pattern})|\d{{4}}-\d\d-\d\d)(?=[\s|])",
                   re.IGNORECASE)
BARS = re.compile("[|\u00b7\u2022]")
BULLET = re.compile("[*\u2022\u00b7\u25aa\u25cf>-] ")
_BAR = "\\s+[\u2013\u2014|\u00b7\u2022-]+\\s+"
TAIL = re.compile(rf"{_BAR}(?=(?:(?!{_BAR}).){{2,40}}$)")  # the last one
