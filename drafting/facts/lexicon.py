"""Words that capital letters do not make into names.

Small lists, found by reading support mail; not a dictionary.
"""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


TITLES = _words("Mr Mrs Ms Miss Mx Dr Prof Professor Sir Lady Lord Rev Fr Capt Sgt Frau Herr St")
"""What stands before a person's name; `St` before a place's."""

JOINERS = _words("of de da di du del della des van von bin ibn al")
"""Lower-case words inside a name."""

PARTICLES = _words("the la las le les los den der")
"""What may follow a joiner: "Office of the Public Guardian", "van der Berg"."""

ABBREVIATIONS = _words("g e vs incl approx cf esp excl attn ext mt")
"""The last letters of "e.g." and the like: the dot after them ends no sentence."""

COMPANY_FORMS = _words("LTD LLC LLP PLC INC GMBH AG BV")
"""What ends a company's registered name, which may stand in capitals."""

UNTELLING = _words(
    """
    Help Manage Lead Act Plus Paper House Event Family Files Sister Settings Billing Security
    Facilities Documents People Profile Privacy Starter Sharing Disputes Transfers Logs Scale Viewer
    Regulation Enterprise Payroll Contacts Import Domains Kids Gallery Galleries Deck
    """
)
"""Names of screens, plans and teams inside one sentence, ordinary words at the start of another."""

LETTERED = _words(
    """
    gate plan grade option zone bag class group band seat type vitamin to a an the as section level
    part form appendix exhibit hall block building terminal row platform room unit tier
    """
)
"""After these a single capital is a mark and no initial: "plan B. Send ..."."""

NEVER_NAMES = _words(
    """
    I A Im Ive Id Ill Dear Hi Hello Hey Greetings Regards Sincerely Cheers Thanks Thank Best Kind
    Warm Yours The An And But Or Nor So Yet If As At By For From Has Have Had Is Are Was Were Be
    Been It Its This That These Those We You They He She Our Their His Her Who What When Where Why
    How Which There Here Then Than Not No Yes Ok Okay Please Sorry Note PS Re Fwd Fw Attn Cc Bcc
    Sir Madam Sirs ETA ETAs EOL EOD SKU SKUs TBD TBC TTL TOS ToS PoC POC QA FAQ FAQs T&C T&Cs
    """
)
"""Capitalised in the middle of a sentence, these still name nothing."""

GENERIC = _words(
    """
    Customer Customers Passenger Passengers Guest Guests User Users Member Members Client Clients
    Patient Applicant Tenant Subscriber Subscribers Company Internet Service Services Software
    Support Product Products Website Site App Web Policy Terms Agreement Contract Account Order
    Orders Team Management Administration Department Government State Party Parties Seller Buyer
    Licensee Licensor Provider Carrier Landlord Owner Court Council Bank School College University
    Office Master Manager Director President Board Committee Earth God Sun Agent Parent Parents
    Resident Residents Carer Editor Volunteer Captain Candidate Policyholder Colleague Colleagues
    Holder Renter Hirer Organiser Beneficiary Secretary Registrar Valued Registered Student Players
    Student Students Player Traveller Traveler Claimant Shopper Neighbour Friend All Everyone Author
    Contributor Contributors Project Salutation Surname Forename Name
    """
)
"""Legal and office capitals: alone they name nothing, beside another capital they may."""

STARTERS = NEVER_NAMES | _words(
    """
    My Your Any All Each Every Some Several Many Most Both Either Neither Other Another Such Only
    Just Even Also Still Now Once Twice Again Soon Later Today Tomorrow Yesterday Before After Until
    Till Since While Whilst Because Although Though Unless Whether Whenever Wherever In On To Of Off
    Out Over Under Up Down With Within Without About Above Across Against Along Among Around Between
    Beyond During Except Inside Into Like Near Onto Outside Past Per Through Throughout Toward
    Towards Upon Via Do Does Did Can Could Will Would Shall Should May Might Must Let Need Needs Am
    First Second Third Next Last Finally However Therefore Otherwise Instead Moreover Furthermore
    Meanwhile Nevertheless Perhaps Maybe Certainly Sure Unfortunately Sadly Regrettably
    Following Regarding Concerning Given Due Subject Further Previous Current Existing Original New
    Old Full Final Standard Late Early Repeat Local Main Own Same Valid Invalid Missing Wrong
    Accept Access Add Adjust Allow Answer Apply Appeal Arrange Ask Assign Attach Attend Avoid Await
    Back Bear Book Bring Browse Buy Call Cancel Change Charge Check Choose Claim Clear Click Close
    Collect Come Compare Complete Confirm Connect Consider Consult Contact Continue Convert Copy
    Correct Create Delete Deliver Deposit Disable Discard Dispatch Dispute Do Download Drop Edit
    Email Enable End Ensure Enter Establish Exchange Expect Explain Export Extend File Fill Find
    Fix Follow Forward Furnish Get Give Go Grant Have Hold Ignore Import Include Inform Insert
    Install Issue Join Keep Know Learn Leave Link Listen Load Lock Log Look Mail Make Mark Meet
    Merge Move Notify Observe Obtain Offer Open Order Organise Organize Pack Paste Pay Phone Pick
    Place Post Prepare Press Print Proceed Process Produce Proof Prove Provide Pull Purchase Push
    Put Quote Raise Read Receive Record Redeem Refer Refund Refuse Register Reinstall Reject Remain
    Remember Remit Remove Renew Rent Repair Replace Reply Report Request Require Resend Reserve
    Reset Resolve Respond Restart Restore Retain Retry Return Review Ring Run Save Scan Search See
    Select Sell Send Set Settle Share Ship Show Sign Speak Start State Stay Stop Store Submit
    Subscribe Supply Support Surrender Switch Take Talk Tap Tell Test Track Transfer Try Turn Type
    Unplug Update Upgrade Upload Use Vacate Verify View Visit Wait Want Watch Withdraw Work Write
    Account Application Bank Bill Booking Case Collection Compensation Damage Data Delivery Entry
    Evidence Failure Fees Information Invoice Item Items Mail Message Money Number Orders Parcel
    Payment Payments Permit Price Product Query Question Refunds Requests Returns Service Shipping
    Shipment Status Student Students Ticket Tickets Travel Users Members Passengers Guests Tenants
    """
)
"""At the start of a sentence, these begin no name, even before another capital."""

INSIDE = _words("In Out On Off Up Down My Your The To And For Of With Us Me All")
"""Capitalised function words that may stand inside the name of a button or a document."""

SHOUTED = _words(
    """
    A I AM AN AS AT BE BY DO GO HE IF IN IS IT ME MY NO OF OK ON OR SO TO UP US WE AD
    ACT ADD AGO ALL AND ANY ARE ASK BAD BAG BIG BUT BUY CAN CUT DAY DID DUE END FAR FEE FEW FOR
    GET GOT HAD HAS HER HIM HIS HOW ITS JOB KEY LAW LET LOT LOW MAY MEN NEW NON NOR NOT NOW OFF OLD
    ONE OUR OUT OWN PAY PUT RUN SAY SEE SET SHE SIT SIX TEN THE TOO TOP TRY TWO USE WAS WAY WHO WHY
    YES YET YOU BOX CAR DOG ILL LIE SUE TAX WON OWE OWED
    ALSO AWAY BACK BEEN BEST BILL BOTH CALL CARD CASE CASH CODE COME COST DATA DATE DAYS DEAR DOES
    DONE DONT DOOR DOWN EACH ELSE EVEN EVER FAIL FEEL FEES FILE FIND FINE FIVE FOOD FORM FOUR FREE
    FROM FULL GAVE GIVE GOES GONE GOOD HALF HAVE HELP HERE HOLD HOME HOUR IDEA INTO ITEM JUST KEEP
    KIND KNEW KNOW LAST LATE LEAD LEFT LESS LIFE LIKE LINE LINK LIST LOCK LONG LOOK LOSE LOSS LOST
    LOVE MADE MAIL MAKE MANY MEAN MINE MISS MORE MOST MOVE MUCH MUST NAME NEED NEXT NICE NINE NONE
    NOTE ONCE ONES ONLY OPEN OPTS ORAL OVER PAGE PAID PART PASS PAST PLAN PLUS POST PULL PUSH READ
    REAL RENT REST RISK ROOM RULE SAFE SAID SALE SAME SAVE SAYS SELF SEND SENT SHIP SHOP SHOW SHUT
    SICK SIDE SIGN SITE SOLD SOME SOON SORT STAY STEP STOP SUCH SURE TAKE TALK TELL TEST THAN THAT
    THEM THEN THEY THIS TIME TOLD TOOK TURN TYPE UPON USED USER VERY VIEW VOID WAIT WANT WARN WAYS
    WEEK WELL WENT WERE WHAT WHEN WILL WITH WORD WORK YEAR YOUR ZERO DESK LIAR SPAM STUN TEXT WORN
    ABOUT ABOVE AFTER AGAIN AGREE ALARM ALLOW ALONE ALONG APPLY ASKED AVOID BASIC BEGIN BELOW BLOCK
    BOOKS BREAK BRING BROKE BUILD CALLS CARDS CARES CAUSE CHECK CLAIM CLEAN CLEAR CLICK CLOSE COSTS
    COULD COUNT COURT COVER CYCLE DAILY DEBIT DELAY DOING DOUBT DRINK EARLY EMAIL ENDED ENTER ENTRY
    ERROR EVERY EXACT EXTRA FALSE FAULT FINAL FIRST FIXED FLOOR FORMS FOUND FRAUD FRONT GIVEN GOING
    GUEST HELLO HOTEL HOURS ISSUE ITEMS KNOWN LABEL LATER LEAST LEAVE LEGAL LIMIT LINKS LIVES LOCAL
    LOGIN MAJOR MAYBE MEANS MIGHT MODEL MONEY MONTH NEEDS NEVER NIGHT NOTED OFFER OFTEN ORDER OTHER
    OUGHT OWING OWNER PAPER PARTS PARTY PHONE PHOTO PLACE PLANS PRICE PROOF PROVE QUICK QUITE QUOTE
    REACH READY REFER REPLY RIGHT ROOMS RULES SENDS SERVE SHALL SHARE SHORT SINCE SITES SORRY STAFF
    STATE STILL STOCK STOPS STORE STUDY SUPER TAKEN TERMS THANK THEIR THERE THESE THING THINK THIRD
    THOSE THREE TIMES TODAY TOOLS TOTAL TOUCH TRACK TRIED TRULY TRUST TWICE UNDER UNTIL UPSET USERS
    USING USUAL VALID VISIT WASTE WATCH WEEKS WHERE WHICH WHILE WHOLE WHOSE WORDS WORKS WORTH WOULD
    WRITE WRONG YEARS YOURS BABY ADMIT BOOTS ASAP FYI ETC PS NB RE ATTN TBC TBA EOM LOL OMG WTF IMO
    """
)
"""Short words that people shout; an acronym is what is short, in capitals and not here."""
