//! `meeting ..`: network meetings.

use clap::{Args, Subcommand};
use enplan_domain::{CaseId, Date};

use super::Words;
use super::values::{case, day, item, time_of_day};
use super::writing::{Happened, NewItem, Seen};

pub(crate) const EXAMPLES: &str = "\
Eksempler:
  enplan meeting agenda SAG
  enplan meeting plan SAG --sector social --on 2027-02-01 --at 14:00 --invite citizen --invite @deltagere.txt
  enplan meeting hold SAG Encounter/76b9d91b --minutes @referat.txt --decision @beslutninger.txt";

/// What can be done with network meetings.
#[derive(Debug, Subcommand)]
pub(crate) enum MeetingVerb {
    /// Vis den dagsorden, planen giver nu
    #[command(before_help = "Eksempler:\n  enplan meeting agenda SAG\n  enplan meeting agenda SAG --json")]
    Agenda {
        /// Sagens id
        #[arg(value_name = "SAG", value_parser = case)]
        case: CaseId,
    },
    /// Planlæg et netværksmøde
    #[command(before_help = PLAN_EXAMPLES)]
    Plan(Box<PlannedMeeting>),
    /// Skriv et netværksmøde, der er holdt uden at være planlagt her
    #[command(before_help = RECORD_EXAMPLES)]
    Record {
        #[command(flatten)]
        meeting: Box<PlannedMeeting>,
        #[command(flatten)]
        held: HeldMeeting,
    },
    /// Et planlagt netværksmøde er holdt: referat, fremmøde og beslutninger på én gang
    #[command(before_help = HOLD_EXAMPLES)]
    Hold {
        #[command(flatten)]
        which: WhichMeeting,
        #[command(flatten)]
        day: Happened,
        #[command(flatten)]
        held: HeldMeeting,
    },
    /// Flyt et planlagt netværksmøde
    #[command(before_help = "\
Eksempler:
  enplan meeting move SAG Encounter/76b9d91b --on 2027-02-08 --at 10:00
  enplan meeting move SAG Encounter/76b9d91b --on 2027-02-08 --place @sted.txt")]
    Move {
        #[command(flatten)]
        which: WhichMeeting,
        /// Dagen, ÅÅÅÅ-MM-DD
        #[arg(long, value_name = "DAG", value_parser = day)]
        on: Date,
        /// Klokkeslættet, TT:MM
        #[arg(long, value_name = "TID", value_parser = time_of_day)]
        at: Option<String>,
        /// Stedet, eller @FIL [ellers: samme sted]
        #[arg(long, value_name = "STED")]
        place: Option<Words>,
    },
    /// Aflys et planlagt netværksmøde
    #[command(
        before_help = "Eksempler:\n  enplan meeting cancel SAG Encounter/76b9d91b --reason @hvorfor.txt"
    )]
    Cancel {
        #[command(flatten)]
        which: WhichMeeting,
        /// Hvorfor: teksten selv, @FIL, eller - for stdin
        #[arg(long, value_name = "TEKST", allow_hyphen_values = true)]
        reason: Words,
    },
    /// Ret et referat; det gamle bliver i historikken
    #[command(
        before_help = "Eksempler:\n  enplan meeting correct SAG Encounter/76b9d91b --minutes @referat.txt"
    )]
    Correct {
        #[command(flatten)]
        which: WhichMeeting,
        /// Det rigtige referat: teksten selv, @FIL, eller - for stdin
        #[arg(long, value_name = "TEKST", allow_hyphen_values = true)]
        minutes: Words,
    },
}

const PLAN_EXAMPLES: &str = "\
Eksempler:
  enplan meeting plan SAG --sector social --on 2027-02-01 --at 14:00 --place @sted.txt --invite citizen
  enplan meeting plan SAG --sector social --on 2027-02-01 --invite citizen --invite @deltagere.txt";

const RECORD_EXAMPLES: &str = "\
Eksempler:
  enplan meeting record SAG --sector social --on 2027-02-01 --invite citizen --minutes @referat.txt \\
    --decision \"Søge bolig | Bo Lund | 2027-03-01 | housing\"";

const HOLD_EXAMPLES: &str = "\
Eksempler:
  enplan meeting hold SAG Encounter/76b9d91b --minutes @referat.txt
  enplan meeting hold SAG Encounter/76b9d91b --minutes @referat.txt --absent 2 --also @kom_ogsaa.txt
  enplan meeting hold SAG Encounter/76b9d91b --minutes @referat.txt \\
    --decision \"Søge bolig | Bo Lund | 2027-03-01 | housing | Goal/76b9d91b\"";

/// A meeting that is there.
#[derive(Debug, Args)]
pub(crate) struct WhichMeeting {
    /// Sagens id
    #[arg(value_name = "SAG", value_parser = case)]
    pub(crate) case: CaseId,
    /// Mødet, som `enplan plan show` viser det
    #[arg(value_name = "ID", value_parser = item)]
    pub(crate) item: String,
    #[command(flatten)]
    pub(crate) seen: Seen,
}

/// A meeting to plan.
#[derive(Debug, Args)]
pub(crate) struct PlannedMeeting {
    #[command(flatten)]
    pub(crate) item: NewItem,
    /// Dagen, ÅÅÅÅ-MM-DD
    #[arg(long, value_name = "DAG", value_parser = day)]
    pub(crate) on: Date,
    /// Klokkeslættet, TT:MM
    #[arg(long, value_name = "TID", value_parser = time_of_day)]
    pub(crate) at: Option<String>,
    /// Stedet, eller @FIL
    #[arg(long, value_name = "STED")]
    pub(crate) place: Option<Words>,
    /// Hvad det handler om, ud over dagsordenen: teksten selv, @FIL, eller -
    #[arg(long, value_name = "TEKST", allow_hyphen_values = true)]
    pub(crate) about: Option<Words>,
    #[arg(long, value_name = "HVEM", help = INVITE)]
    pub(crate) invite: Vec<Words>,
}

/// What became of a meeting.
#[derive(Debug, Args)]
pub(crate) struct HeldMeeting {
    /// Referatet: teksten selv, @FIL, eller - for stdin
    #[arg(long, value_name = "TEKST", allow_hyphen_values = true)]
    pub(crate) minutes: Words,
    /// Nummeret på en indbudt, der ikke kom; kan gentages
    #[arg(long, value_name = "NUMMER")]
    pub(crate) absent: Vec<u32>,
    /// En, der kom uden at være indbudt, skrevet som en indbudt; kan gentages
    #[arg(long, value_name = "HVEM")]
    pub(crate) also: Vec<Words>,
    #[arg(long, value_name = "BESLUTNING", help = DECISION)]
    pub(crate) decision: Vec<Words>,
}

const INVITE: &str = "En indbudt: »RELATION | NAVN | HVEM DE REPRÆSENTERER«, eller @FIL med en på hver linje; kan gentages. \
                      Relationen er citizen, custody-holder, guardian, relative eller professional; kun en fagperson \
                      behøver et navn";

const DECISION: &str = "En beslutning: »HVAD | HVEM | SENEST«, eller @FIL med en på hver linje; kan gentages. Skal den straks \
                        blive til en indsats, så tilføj »| SEKTOR«, og hvis den tjener et mål, »| MÅLETS ID«";
