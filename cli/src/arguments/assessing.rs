//! `plan add-self-assessment` and `plan add-target-group`: what is assessed again and again.

use clap::{Args, Subcommand};
use enplan_domain::Date;

use super::Words;
use super::values::{Finding, day, finding};
use super::writing::{NewItem, OptionalText, SAID_BY, Voice};

/// What can be assessed.
#[derive(Debug, Subcommand)]
pub(crate) enum AssessVerb {
    /// Tilføj borgerens egen vurdering af et livsområde
    #[command(name = "add-self-assessment", before_help = SELF_ASSESSMENT_EXAMPLES)]
    Own {
        #[command(flatten)]
        item: NewItem,
        #[command(flatten)]
        text: OptionalText,
        /// Livsområde, for eksempel home, economy eller relations; `enplan catalogue` viser dem
        #[arg(long, value_name = "OMRÅDE")]
        area: String,
        /// Fra 1 (så dårligt, det kan være) til 10 (så godt, det kan være)
        #[arg(long, value_name = "TAL", value_parser = clap::value_parser!(u32).range(1..=10))]
        score: u32,
        #[command(flatten)]
        day: Assessed,
        #[arg(long, value_name = "HVEM", default_value = "citizen", help = SAID_BY)]
        said_by: Voice,
    },
    /// Tilføj en vurdering af, om borgeren er i en målgruppe
    #[command(name = "add-target-group", before_help = TARGET_GROUP_EXAMPLES)]
    TargetGroup(Box<TargetGroup>),
}

const SELF_ASSESSMENT_EXAMPLES: &str = "\
Eksempler:
  enplan plan add-self-assessment SAG --sector social --area home --score 4
  enplan plan add-self-assessment SAG --sector social --area relations --score 7 --text @ord.txt --on 2026-06-01";

const TARGET_GROUP_EXAMPLES: &str = "\
Eksempler:
  enplan plan add-target-group SAG --sector employment --group complex-problems \\
    --met complex=@kompleks.txt --met motivated=@motivation.txt --not-met resource-course=@hvorfor.txt
  enplan plan add-target-group SAG --sector children --group gribskov-families --met \"family=To børn\" \\
    --met \"several-centres=Jobcenter og familieafdeling\" --belongs
  enplan plan add-target-group SAG --sector social --group complex-problems --belongs --because @grund.txt";

/// The day of an assessment.
#[derive(Debug, Args)]
pub(crate) struct Assessed {
    /// Dagen, der er vurderet på, ÅÅÅÅ-MM-DD [ellers: i dag]
    #[arg(long, value_name = "DAG", value_parser = day)]
    pub(crate) on: Option<Date>,
}

/// A target-group assessment.
#[derive(Debug, Args)]
pub(crate) struct TargetGroup {
    #[command(flatten)]
    pub(crate) item: NewItem,
    #[command(flatten)]
    pub(crate) text: OptionalText,
    /// Målgruppen, for eksempel complex-problems; `enplan catalogue` viser kommunens og deres kriterier
    #[arg(long, value_name = "MÅLGRUPPE")]
    pub(crate) group: String,
    /// Et kriterium, der er opfyldt, og hvorfor: KRITERIUM=GRUND eller KRITERIUM=@FIL. Kan gentages
    #[arg(long, value_name = "KRITERIUM=GRUND", value_parser = finding)]
    pub(crate) met: Vec<Finding>,
    /// Et kriterium, der ikke er opfyldt, og hvorfor. Kan gentages; det, der ikke er nævnt, er uafklaret
    #[arg(long, value_name = "KRITERIUM=GRUND", value_parser = finding)]
    pub(crate) not_met: Vec<Finding>,
    #[command(flatten)]
    pub(crate) decision: Decision,
    /// Hvorfor det er afgjort sådan: skal siges, når kriterierne siger noget andet
    #[arg(long, value_name = "TEKST", allow_hyphen_values = true, requires = "decision")]
    pub(crate) because: Option<Words>,
    #[command(flatten)]
    pub(crate) day: Assessed,
}

/// What somebody decided.
#[derive(Debug, Args)]
#[group(id = "decision", multiple = false)]
pub(crate) struct Decision {
    /// Afgørelse: borgeren er i målgruppen
    #[arg(long)]
    pub(crate) belongs: bool,
    /// Afgørelse: borgeren er ikke i målgruppen
    #[arg(long)]
    pub(crate) does_not_belong: bool,
}
