"""Word lists that the parts of the parser share; knows nothing of where they are used."""


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


TITLES = _words(
    "mr mrs ms miss mx dr prof professor sir madam herr frau hr fr captain capt rev sister"
    " father mme mlle monsieur madame señor señora sr sra dott sig"
)

STARTERS = _words(
    "a all an and any are as at because before both but by can check do each either for from he"
    " her here his how i if in it its kindly let many more my next no nobody not nothing of on"
    " once one only our per please she should since so some sorry such thank thanks that the"
    " their then there these they this those to until upon we what when where which while who"
    " why with within yes you your das der die es ich ihr ihre sie wir bitte le la les nous vous"
    " votre il elle"
)
"""Words that start a sentence far more often than they go on with one when capitalised."""

CURT_STARTERS = _words("we you u its no please pls if then so also thx sorry cant dont")
"""Words with which a fragment in lower case starts, rather than a wrapped line."""

CARRIERS = _words(
    "a an and any as at because between each every for from if including into my nor of or our per"
    " since than the their to until upon via whether which whose with within without would your der"
    " die das den dem des ein eine einen und oder von zu mit für le la les des du de un une et ou"
    " el los las y"
)
"""Words that a line of running text may end with, but no sentence."""

LOOSE_CARRIERS = _words(
    "about after all are be been before by can could did do does during had has have in is its"
    " may might must on over please should so such that these they this those through under was we"
    " were when where who will"
)
"""Words that a line of running text ends with more often than a sentence does."""

JOINERS = _words("and but because nor or since than that which while who whose")
"""Words that go on with a sentence at the start of a line."""

NEVER_FINAL = _words(
    "acc acct approx appt gem attn bzgl bzw ca cf e.g eg ect ergo esp est evtl excl fr ggf gen gov"
    " hon hr i.e ie inkl incl lt messrs mio misc mr mrs ms dr prof resp rev sen sgt st tel temp"
    " usw.a viz vgl vs z.b zzgl d.h u.a s.a m.e p.ex c.-à-d dhr mevr"
)
"""Abbreviations that something always follows."""

BEFORE_NUMBER = _words(
    "abs app art arts bd bldg ch cl col ext fig figs fl jan feb mar apr jun jul aug sep sept"
    " oct nov dec mon tue tues wed thu thur thurs fri sat sun lit n no nos nr op p para paras pg"
    " pos pp pt ref reg rm s sec sect ser ss tbl tit v ver vol vols okt dez mrz jhd kap ziff max"
    " min"
)
"""Abbreviations only where a number, a code or a lower-case word follows."""

MAYBE_FINAL = _words(
    "a.k.a a.m am asap ave b.v blvd bros c.o.b cie co corp dept dipl ed est etc e.u e.v g.m.b.h"
    " gmbh inc inst jr k.k llc lp ltd mfg n.v n/a p.a p.m ph.d plc pte pty rd s.a s.l s.p.a"
    " s.r.l sq sr u.k u.n u.s u.s.a ul usw w.e.f"
)
"""Abbreviations that may also end a sentence."""

FILE_ENDINGS = _words(
    "app asp bat biz bmp cfg cloud com conf cpp csv de dev dll doc docx edu eml en eu exe fr"
    " gif gov html htm info ini io jar java jpeg jpg js json log md mp3 mp4 net nl org pdf php"
    " png ppt pptx py rb sh shop sql tar tgz ts tsx txt uk us wav xls xlsx xml yaml yml zip"
)
"""What follows a full stop inside a file or domain name."""

DAYS_AND_ZONES = _words(
    "monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri"
    " sat sun eastern central mountain pacific atlantic greenwich british european irish indian"
    " australian london berlin paris new"
)
"""What follows a time of day inside a sentence ("9 a.m. Monday", "5 p.m. Eastern")."""

MONTHS = _words(
    "january february march april may june july august september october november december"
    " januar februar märz mai juni juli oktober dezember jänner janvier février mars avril juin"
    " juillet août septembre octobre novembre décembre jan feb mar apr jun jul aug sep sept oct"
    " okt nov dec dez quartal stock etage klasse"
)
"""What follows a day or a German ordinal ("3. März", "2. Stock")."""

ORDINAL_LEADS = _words("am im vom zum der die das den dem des bis ab und oder jeden jedem")
"""What German says before an ordinal."""

PRONOUNS = _words(
    "i we you your our my its it's it this that is are was were be has have had can can't cannot"
    " cant could will won't would should must may do does don't dont no not if please thanks thank"
    " sorry just quick so yes re ok well as per still already"
)
"""Words that no greeting holds in lower case."""

REFUSALS = _words("no not never nothing none sorry")
"""Words that start a refusal."""

ADDRESSEES = _words(
    "account again all and applicant applicants backer buyer candidate carer claimant claimants"
    " client clients colleague colleagues community consignee customer customers dear driver"
    " employee everybody everyone families family folks friend friends guardian guest guests"
    " guys hello hi holder householder ladies gentlemen learner madam member members neighbour"
    " neighbours owner owners parent parents partner partners passenger passengers player"
    " players policyholder reader recipient resident residents seller sellers sender shopper sir"
    " sirs staff student students subscriber supporter team tenant tenants there ticket"
    " traveller user users valued visitor volunteer world or und et y e & zusammen damen herren"
    " alle liebes kundenservice à tous"
)
"""Lower-case words that a greeting may address."""

PARTICIPLES = _words(
    "accepted approved archived banned billed blocked booked canceled cancelled charged cleared"
    " closed completed confirmed credited declined deleted denied disabled done escalated"
    " expired failed final fixed forwarded frozen granted ignored invalid issued locked lost"
    " noted overdue overruled paid pending processed received redacted reduced refunded refused"
    " rejected released removed replaced required rescheduled resolved restored returned"
    " reversed reverted revoked sent settled shipped sold solved stands suspended terminated"
    " unavailable understood unsuccessful updated upheld void voided waived withdrawn"
)
"""Words that end a bare decision ("Refund denied"), and hardly a name."""

VERDICTS = _words("answer decision notice reminder warning")
"""Nouns that end a bare decision ("Final decision"), and a heading too, but no name."""

NOT_NAMES = _words(
    "am are asap been can can't cannot cant come could couldn't did didn't didnt do does"
    " doesn't doesnt don't dont fine get gets go goes got had has have how i i'll i'm if"
    " impossible is isn't isnt it it's its late later made make may maybe me might must my never"
    " no none not nothing now ok okay on only our please possible sorry still takes that thats"
    " then these they this those today tomorrow too u unfortunately until ur us wait was wasn't"
    " we were what when where which why will won't wont would wouldn't wrong yes yesterday you"
    " yours correct incorrect unable without within thx thanks thank"
)
"""Words that no signature holds."""

COMMANDS = _words(
    "apply ask attach bring call check choose click complete confirm contact download email"
    " fill follow hold keep log pay press provide read refer reply restart return see select"
    " send sign submit tap tell try update upload use visit wait write"
)
"""Words that start an instruction; "Contact Centre" is told apart by its second capital."""

GROUPS = _words(
    "account accounts admin admins agent appeals assistant billing board bookings care claims"
    " clinic club committee council crew customer department dept depot desk editor editors"
    " family folks friends front group help hotel library lot management manager managers mod"
    " moderator moderators mods office officer operations owner people practice programme"
    " reception sales school secretary service services shop society staff store studio support"
    " surgery team teams technician tournament unit university warehouse workshop"
)
"""Who signs in lower case ("The summer fair team")."""

NAME_LINKS = _words(
    "& + / a an and at by da de del der des di du et for from la le o of och on the und van von"
    " with y your"
)
"""Small words inside a signature ("Ines at the front desk")."""
