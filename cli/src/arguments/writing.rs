//! `plan add-..` and what becomes of what was added: what caseworkers write into a plan.

use clap::{Args, Subcommand, ValueEnum};
use enplan_domain::plan::Lasting;
use enplan_domain::{CaseId, Date};

use super::values::{case, day, item, lasting, only_standard_input};
use super::{Input, Words};

/// What can be written into a plan.
#[derive(Debug, Subcommand)]
pub(crate) enum AddVerb {
    /// Tilføj et ønske, med borgerens egne ord
    #[command(name = "add-wish", before_help = ADD_WISH_EXAMPLES)]
    Wish {
        #[command(flatten)]
        item: NewItem,
        #[command(flatten)]
        text: ItemText,
        #[arg(long, value_name = "HVEM", default_value = "citizen", help = SAID_BY)]
        said_by: Voice,
    },
    /// Tilføj en barriere eller en ressource i borgerens situation
    #[command(name = "add-situation", before_help = ADD_SITUATION_EXAMPLES)]
    Situation {
        #[command(flatten)]
        item: NewItem,
        #[command(flatten)]
        text: ItemText,
        /// Livsområde, for eksempel home, economy eller relations; `enplan catalogue` viser dem
        #[arg(long, value_name = "OMRÅDE")]
        area: String,
        #[command(flatten)]
        bearing: Bearing,
        #[command(flatten)]
        code: ChosenCode,
        #[arg(long, value_name = "HVEM", help = SAID_BY)]
        said_by: Voice,
    },
    /// Tilføj en plan, der samles i denne
    #[command(name = "add-source-plan", before_help = ADD_SOURCE_PLAN_EXAMPLES)]
    SourcePlan {
        #[command(flatten)]
        item: NewItem,
        #[command(flatten)]
        text: OptionalText,
        /// Plantype, for eksempel min-plan eller section-141; `enplan catalogue` viser dem
        #[arg(long, value_name = "TYPE")]
        kind: String,
        /// Den dag, planen blev lagt, ÅÅÅÅ-MM-DD
        #[arg(long, value_name = "DAG", value_parser = day)]
        made: Option<Date>,
    },
    /// Tilføj et indsatsformål
    #[command(name = "add-purpose", before_help = ADD_PURPOSE_EXAMPLES)]
    Purpose {
        #[command(flatten)]
        item: NewItem,
        #[command(flatten)]
        text: ItemText,
        /// Det ønske, formålet kommer af
        #[arg(long, value_name = "ID", value_parser = self::item)]
        wish: Option<String>,
    },
    /// Tilføj et mål eller et delmål
    #[command(name = "add-goal", before_help = ADD_GOAL_EXAMPLES)]
    Goal {
        #[command(flatten)]
        item: NewItem,
        #[command(flatten)]
        text: ItemText,
        /// Det ønske, formål eller mål, det er en del af; en del af et mål er et delmål
        #[arg(long, value_name = "ID", value_parser = self::item)]
        part_of: Option<String>,
        #[command(flatten)]
        siblings: Siblings,
        /// Den samlede plan, det stod i før
        #[arg(long, value_name = "ID", value_parser = self::item)]
        taken_from: Option<String>,
    },
    /// Tilføj en indsats
    #[command(name = "add-action", before_help = ADD_ACTION_EXAMPLES)]
    Action(Box<NewAction>),
    /// Tilføj en opfølgning
    #[command(name = "add-follow-up", before_help = ADD_FOLLOW_UP_EXAMPLES)]
    FollowUp {
        #[command(flatten)]
        item: NewItem,
        #[command(flatten)]
        text: OptionalText,
        /// Dagen, ÅÅÅÅ-MM-DD
        #[arg(long, value_name = "DAG", value_parser = day)]
        on: Date,
    },
    /// Tilføj et notat
    #[command(name = "add-note", before_help = ADD_NOTE_EXAMPLES)]
    Note {
        #[command(flatten)]
        item: NewItem,
        #[command(flatten)]
        text: ItemText,
    },
    /// Tilføj, hvad en anden er for borgeren: forælder, barn, søskende
    #[command(name = "add-relation", before_help = ADD_RELATION_EXAMPLES)]
    Relation(Box<NewRelation>),
    /// Tilføj, at barnet er hørt, og hvad det mener
    #[command(name = "add-hearing", before_help = ADD_HEARING_EXAMPLES)]
    Hearing {
        #[command(flatten)]
        item: NewItem,
        #[command(flatten)]
        text: ItemText,
        #[command(flatten)]
        day: Happened,
    },
}

const ADD_WISH_EXAMPLES: &str = "\
Eksempler:
  enplan plan add-wish SAG --text @oenske.txt --sector social
  enplan plan add-wish SAG --text - --sector children --said-by custody-holder";

const ADD_SITUATION_EXAMPLES: &str = "\
Eksempler:
  enplan plan add-situation SAG --barrier --area economy --text @gaeld.txt --sector social --said-by citizen
  enplan plan add-situation SAG --barrier --area mobility --text @rejse.txt --sector social --said-by citizen \\
    --code-system urn:oid:1.2.208.176.2.22 --code b3ddc7d7-f6c1-4d47-8280-456992cbe0a6
  enplan plan add-situation SAG --resource --area relations --text - --sector social --said-by relative";

const ADD_SOURCE_PLAN_EXAMPLES: &str = "\
Eksempler:
  enplan plan add-source-plan SAG --kind min-plan --sector employment --made 2026-03-01
  enplan plan add-source-plan SAG --kind section-141 --sector social --text @hvor.txt";

const ADD_PURPOSE_EXAMPLES: &str = "\
Eksempler:
  enplan plan add-purpose SAG --text @formaal.txt --sector social
  enplan plan add-purpose SAG --text @formaal.txt --sector social --wish Goal/76b9d91b";

const ADD_GOAL_EXAMPLES: &str = "\
Eksempler:
  enplan plan add-goal SAG --text \"Cykle til arbejde\" --sector employment
  enplan plan add-goal SAG --text @maal.txt --sector social
  enplan plan add-goal SAG --text @delmaal.txt --sector social --part-of Goal/76b9d91b
  enplan plan add-goal SAG --for SAG --text @faelles.txt --sector children";

const ADD_ACTION_EXAMPLES: &str = "\
Eksempler:
  enplan plan add-action SAG --text @indsats.txt --sector social
  enplan plan add-action SAG --text - --sector health --from 2027-01-15 --goal Goal/76b9d91b
  enplan plan add-action SAG --text @bolig.txt --sector housing --ready-when @klar.txt
  enplan plan add-action SAG --text @mentor.txt --sector employment --provision lab-167 \\
    --contact @navn.txt --contact-phone @telefon.txt
  enplan plan add-action SAG --text @stoette.txt --sector social --provision servicelov-85 \\
    --granted 2027-01-04 --binds-until 2027-12-31 --provider @sted.txt --expected 12m";

const ADD_FOLLOW_UP_EXAMPLES: &str = "\
Eksempler:
  enplan plan add-follow-up SAG --on 2027-03-01 --sector social
  enplan plan add-follow-up SAG --on 2027-03-01 --sector social --text @om.txt";

const ADD_NOTE_EXAMPLES: &str = "\
Eksempler:
  enplan plan add-note SAG --text @notat.txt --sector social
  enplan plan add-note SAG --text - --sector health < notat.txt";

const ADD_RELATION_EXAMPLES: &str = "\
Eksempler:
  enplan plan add-relation SAG --sector children --kinship parent --custody shared
  enplan plan add-relation SAG --sector children --kinship parent --custody sole \\
    --cpr-file cpr.txt --name @navn.txt --provision databeskyttelsesloven-11
  enplan plan add-relation SAG --sector social --kinship partner --name @navn.txt --consent-given 2027-01-15";

const ADD_HEARING_EXAMPLES: &str = "\
Eksempler:
  enplan plan add-hearing SAG --sector children --text @barnet.txt
  enplan plan add-hearing SAG --sector children --on 2027-01-15 --text -";

pub(super) const SAID_BY: &str =
    "Hvem har sagt det: citizen, custody-holder, guardian, relative eller professional";

const EVALUATION: &str = "Hvor langt et mål er: »ID | HVOR LANGT | ORD«, eller @FIL med en på hver linje; kan gentages. Hvor \
                          langt er reached, closer, unchanged eller further-away; et mål, der er nået, afsluttes";

/// What everything new has in common.
#[derive(Debug, Args)]
pub(crate) struct NewItem {
    /// Sagens id
    #[arg(value_name = "SAG", value_parser = case)]
    pub(crate) case: CaseId,
    /// Sektor: social, employment, health, children, education, housing eller integration
    #[arg(long, value_name = "SEKTOR")]
    pub(crate) sector: String,
    #[command(flatten)]
    pub(crate) seen: Seen,
}

/// The version that somebody decides by.
#[derive(Debug, Args)]
pub(crate) struct Seen {
    /// Den version af planen, du så; afvises hvis planen er ændret siden [ellers: skriv uanset]
    #[arg(long = "seen", value_name = "TAL", default_value = "0")]
    pub(crate) version: u64,
}

/// The words of something that has to have some.
#[derive(Debug, Args)]
pub(crate) struct ItemText {
    /// Teksten selv, @FIL, eller - for stdin
    #[arg(long = "text", value_name = "TEKST", allow_hyphen_values = true)]
    pub(crate) words: Words,
}

/// The words of something that can do without.
#[derive(Debug, Args)]
pub(crate) struct OptionalText {
    /// Teksten selv, @FIL, eller - for stdin
    #[arg(long = "text", value_name = "TEKST", allow_hyphen_values = true)]
    pub(crate) words: Option<Words>,
}

/// The other children that something is for.
#[derive(Debug, Args)]
pub(crate) struct Siblings {
    /// Også i denne søskendes plan, fælles for dem (barnets lov § 91); kan gentages
    #[arg(long = "for", value_name = "SAG", value_parser = case, conflicts_with = "version")]
    pub(crate) cases: Vec<CaseId>,
}

/// An action to add.
#[derive(Debug, Args)]
pub(crate) struct NewAction {
    #[command(flatten)]
    pub(crate) item: NewItem,
    #[command(flatten)]
    pub(crate) text: ItemText,
    /// Det mål, indsatsen tjener
    #[arg(long, value_name = "ID", value_parser = self::item)]
    pub(crate) goal: Option<String>,
    #[command(flatten)]
    pub(crate) siblings: Siblings,
    /// Første dag, ÅÅÅÅ-MM-DD
    #[arg(long, value_name = "DAG", value_parser = day)]
    pub(crate) from: Option<Date>,
    /// Sidste dag, ÅÅÅÅ-MM-DD
    #[arg(long, value_name = "DAG", value_parser = day)]
    pub(crate) until: Option<Date>,
    /// Hvad der skal være på plads, før den begynder, når det og ikke en dag afgør det: teksten selv, @FIL, eller -
    #[arg(long, value_name = "TEKST", allow_hyphen_values = true)]
    pub(crate) ready_when: Option<Words>,
    /// Den bestemmelse, den er bevilget efter, for eksempel servicelov-85; `enplan catalogue` viser dem
    #[arg(long, value_name = "ID")]
    pub(crate) provision: Option<String>,
    /// Den paragraffritagelse, den støtter sig til; kommunen skal have vedtaget den
    #[arg(long, value_name = "ID")]
    pub(crate) exemption: Option<String>,
    /// Hvem der leverer den: stedets eller organisationens navn, eller @FIL
    #[arg(long, value_name = "NAVN")]
    pub(crate) provider: Option<Words>,
    /// Hvor længe den ventes at vare: uger som 13w eller måneder som 6m
    #[arg(long, value_name = "TID", value_parser = lasting)]
    pub(crate) expected: Option<Lasting>,
    /// Den dag, den blev bevilget, ÅÅÅÅ-MM-DD; en afgørelse nævner sin bestemmelse
    #[arg(long, value_name = "DAG", value_parser = day, requires = "provision")]
    pub(crate) granted: Option<Date>,
    /// Den sidste dag, bevillingen binder kommunen, ÅÅÅÅ-MM-DD
    #[arg(long, value_name = "DAG", value_parser = day, requires = "granted")]
    pub(crate) binds_until: Option<Date>,
    /// Kontaktpersonens navn, eller @FIL
    #[arg(long, value_name = "NAVN")]
    pub(crate) contact: Option<Words>,
    /// Hvor kontaktpersonen arbejder, eller @FIL
    #[arg(long, value_name = "STED", requires = "contact")]
    pub(crate) contact_place: Option<Words>,
    /// Kontaktpersonens telefonnummer, eller @FIL
    #[arg(long, value_name = "NUMMER", requires = "contact")]
    pub(crate) contact_phone: Option<Words>,
    /// Den samlede plan, den stod i før
    #[arg(long, value_name = "ID", value_parser = self::item)]
    pub(crate) taken_from: Option<String>,
}

/// A relation to add.
#[derive(Debug, Args)]
pub(crate) struct NewRelation {
    #[command(flatten)]
    pub(crate) item: NewItem,
    /// Hvad den anden er for borgeren: parent, custody-holder, child, sibling, partner, guardian eller shares-home
    #[arg(long, value_name = "HVAD")]
    pub(crate) kinship: Kinship,
    /// Om forælderen har forældremyndigheden, i barnets plan: sole (alene), shared (fælles) eller without (uden)
    #[arg(long, value_name = "HVORDAN")]
    pub(crate) custody: Option<Custody>,
    /// Fil med den andens CPR-nummer; - for stdin
    #[arg(long, value_name = "FIL", conflicts_with = "cpr")]
    pub(crate) cpr_file: Option<Input>,
    /// Læs den andens CPR-nummer fra stdin, eller spørg om det (skrives altid som --cpr -)
    #[arg(long, value_name = "-", value_parser = only_standard_input, allow_hyphen_values = true)]
    pub(crate) cpr: Option<Input>,
    /// Den andens navn, eller @FIL. Et navn på kommandolinjen bliver i skallens historik
    #[arg(long, value_name = "NAVN")]
    pub(crate) name: Option<Words>,
    /// Den bestemmelse, der lader planen nævne den anden; `enplan catalogue` viser dem
    #[arg(long, value_name = "ID")]
    pub(crate) provision: Option<String>,
    /// Den dag, den anden samtykkede i at blive nævnt, ÅÅÅÅ-MM-DD
    #[arg(long, value_name = "DAG", value_parser = day, conflicts_with = "provision")]
    pub(crate) consent_given: Option<Date>,
    /// Siden hvornår, ÅÅÅÅ-MM-DD
    #[arg(long, value_name = "DAG", value_parser = day)]
    pub(crate) from: Option<Date>,
    /// Til og med, ÅÅÅÅ-MM-DD
    #[arg(long, value_name = "DAG", value_parser = day)]
    pub(crate) until: Option<Date>,
}

/// What somebody is to the citizen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kinship {
    /// A parent.
    Parent,
    /// Somebody else who holds custody.
    CustodyHolder,
    /// A child.
    Child,
    /// A brother or a sister.
    Sibling,
    /// Married, or living as if.
    Partner,
    /// The guardian of a citizen of age.
    Guardian,
    /// Somebody in the same home.
    SharesHome,
}

/// Whether a parent holds custody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Custody {
    /// Alone.
    Sole,
    /// With another.
    Shared,
    /// Not.
    Without,
}

/// A barrier or a resource.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct Bearing {
    /// Det står i vejen
    #[arg(long)]
    pub(crate) barrier: bool,
    /// Det er noget at bygge på
    #[arg(long)]
    pub(crate) resource: bool,
}

/// The same as a code.
#[derive(Debug, Args)]
pub(crate) struct ChosenCode {
    /// Det samme som en kode; kodesystemet skal være indlæst på noden
    #[arg(long, value_name = "KODE", requires = "code_system")]
    pub(crate) code: Option<String>,
    /// Kodesystemets url, eller en anden URI, det kendes under; `enplan terminology list` viser dem
    #[arg(long, value_name = "KODESYSTEM", requires = "code")]
    pub(crate) code_system: Option<String>,
}

/// Whose words something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Voice {
    /// The citizen's own.
    Citizen,
    /// The holder of custody over a child.
    CustodyHolder,
    /// The citizen's guardian.
    Guardian,
    /// Somebody close to the citizen.
    Relative,
    /// Somebody who works with the citizen.
    Professional,
}

/// What can become of something in a plan.
#[derive(Debug, Subcommand)]
pub(crate) enum ChangeVerb {
    /// Skriv noget om med andre ord; de gamle bliver i historikken
    #[command(before_help = "\
Eksempler:
  enplan plan reword SAG Goal/76b9d91b --text @maal.txt
  enplan plan reword SAG Goal/76b9d91b --siblings --text @faelles.txt")]
    Reword {
        #[command(flatten)]
        which: Changed,
        #[command(flatten)]
        text: ItemText,
    },
    /// En indsats er begyndt
    #[command(before_help = "\
Eksempler:
  enplan plan begin SAG CarePlan/76b9d91b
  enplan plan begin SAG CarePlan/76b9d91b --on 2027-01-15")]
    Begin {
        #[command(flatten)]
        which: Changed,
        #[command(flatten)]
        day: Happened,
    },
    /// En indsats er bevilget ved en afgørelse
    #[command(before_help = "\
Eksempler:
  enplan plan grant SAG CarePlan/76b9d91b --on 2027-01-04 --provision servicelov-85
  enplan plan grant SAG CarePlan/76b9d91b --on 2027-01-04 --binds-until 2027-12-31")]
    Grant {
        #[command(flatten)]
        which: Changed,
        /// Afgørelsens dag, ÅÅÅÅ-MM-DD
        #[arg(long, value_name = "DAG", value_parser = day)]
        on: Date,
        /// Den sidste dag, den binder kommunen, ÅÅÅÅ-MM-DD
        #[arg(long, value_name = "DAG", value_parser = day)]
        binds_until: Option<Date>,
        /// Den bestemmelse, den er truffet efter [ellers: den, der står i planen]
        #[arg(long, value_name = "ID")]
        provision: Option<String>,
    },
    /// Et mål er nået, en indsats er slut, en barriere er væk, en beslutning er udført, en overlevering er læst
    #[command(before_help = "\
Eksempler:
  enplan plan finish SAG Goal/76b9d91b
  enplan plan finish SAG Goal/76b9d91b --on 2027-01-15 --outcome @udbytte.txt")]
    Finish {
        #[command(flatten)]
        which: Changed,
        #[command(flatten)]
        day: Happened,
        /// Hvad der kom ud af det: teksten selv, @FIL, eller - for stdin
        #[arg(long, value_name = "TEKST", allow_hyphen_values = true)]
        outcome: Option<Words>,
    },
    /// En opfølgning er holdt
    #[command(before_help = "\
Eksempler:
  enplan plan hold SAG Encounter/76b9d91b --outcome @referat.txt
  enplan plan hold SAG Encounter/76b9d91b --outcome @referat.txt --goal \"Goal/76b9d91b | closer | Tager bussen nu\"")]
    Hold {
        #[command(flatten)]
        which: Changed,
        #[command(flatten)]
        day: Happened,
        /// Hvad den viste: teksten selv, @FIL, eller - for stdin
        #[arg(long, value_name = "TEKST", allow_hyphen_values = true)]
        outcome: Words,
        #[arg(long, value_name = "VURDERING", help = EVALUATION)]
        goal: Vec<Words>,
    },
    /// Et mål skal være et andet, fordi noget er ændret
    #[command(
        before_help = "Eksempler:\n  enplan plan adjust SAG Goal/76b9d91b --text @maal.txt --reason @hvorfor.txt"
    )]
    Adjust {
        #[command(flatten)]
        which: Changed,
        #[command(flatten)]
        text: ItemText,
        /// Hvad der er ændret: teksten selv, @FIL, eller - for stdin
        #[arg(long, value_name = "TEKST", allow_hyphen_values = true)]
        reason: Words,
    },
    /// Noget er opgivet
    #[command(before_help = "Eksempler:\n  enplan plan drop SAG CarePlan/76b9d91b --reason @hvorfor.txt")]
    Drop {
        #[command(flatten)]
        which: Changed,
        /// Hvorfor: teksten selv, @FIL, eller - for stdin
        #[arg(long, value_name = "TEKST", allow_hyphen_values = true)]
        reason: Words,
    },
    /// Tag noget ud, der aldrig var rigtigt; spørger først
    #[command(before_help = "\
Eksempler:
  enplan plan withdraw SAG Goal/76b9d91b
  enplan plan withdraw SAG Goal/76b9d91b --yes")]
    Withdraw {
        #[command(flatten)]
        which: Changed,
        /// Spørg ikke først
        #[arg(long)]
        yes: bool,
    },
}

/// What is changed.
#[derive(Debug, Args)]
pub(crate) struct Changed {
    /// Sagens id
    #[arg(value_name = "SAG", value_parser = case)]
    pub(crate) case: CaseId,
    /// Det, der ændres, som `enplan plan show` viser det
    #[arg(value_name = "ID", value_parser = item)]
    pub(crate) item: String,
    #[command(flatten)]
    pub(crate) seen: Seen,
    /// I alle de søskendes planer, som det er fælles for
    #[arg(long, conflicts_with = "version")]
    pub(crate) siblings: bool,
}

/// The day that something happened on.
#[derive(Debug, Args)]
pub(crate) struct Happened {
    /// Dagen, det skete, ÅÅÅÅ-MM-DD [ellers: i dag]
    #[arg(long, value_name = "DAG", value_parser = day)]
    pub(crate) on: Option<Date>,
}
