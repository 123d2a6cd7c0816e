//! A finding as a sentence that explains itself and says what to do.

use jiff::civil::Date;

use super::actions::{Days, contacts, occupied};
use super::{Finding, FindingCode};
use crate::catalogue::{EXEMPTIONS, Occupies};
use crate::plan::Plan;
use crate::plan::item::{Item, ItemKind, LinkRole, Status};
use crate::terminology::Terminology;

/// How much of an item's words a sentence quotes.
const LONGEST_QUOTE: usize = 80;

impl Finding {
    /// The finding in Danish. Quotes the plan.
    pub fn in_danish(&self, plan: &Plan, today: Date, words: &Terminology) -> String {
        let plan = &*plan.joined();
        let items: Vec<&Item> = self.items.iter().filter_map(|key| plan.items.get(key)).collect();
        let these = list(items.iter().map(|item| quoted(item, words)));
        match self.code {
            FindingCode::OverlappingActions => {
                let takes = match items.first().and_then(|item| occupied(item)) {
                    Some(Occupies::Home) => "afgør, hvor borgeren bor",
                    _ => "tager borgerens dag",
                };
                let when = in_common(&items).map(|days| format!(" {days}")).unwrap_or_default();
                format!("{these} {takes} på samme tid{when}. Aftal, hvad der går forud.")
            }
            FindingCode::OpposingAims => {
                let said = plan
                    .items_of(ItemKind::Note)
                    .filter(|note| note.status == Status::Active)
                    .find(|note| note.links_to(LinkRole::Opposes).eq(self.items.iter()));
                match said {
                    Some(note) => format!(
                        "{these} trækker hver sin vej: {}. Aftal, hvad der vejer tungest.",
                        short(note.text.reveal()).trim_end_matches('.')
                    ),
                    None => format!(
                        "{these} handler om det samme, men skal både udvikle og fastholde. Aftal, hvad der vejer \
                         tungest."
                    ),
                }
            }
            FindingCode::DoubleEffort => {
                format!(
                    "{these} ligner hinanden og ligger i flere sektorer på samme tid. Aftal, hvem der gør det."
                )
            }
            FindingCode::TooManyContacts => {
                let contacts = contacts(plan, today);
                let names = list(contacts.values().map(|(name, _)| short(name)));
                format!(
                    "Borgeren har {} kontaktpersoner: {names}. Aftal, om den med den nærmeste relation kan tage flere \
                     opgaver.",
                    contacts.len()
                )
            }
            FindingCode::GoalWithoutAction => {
                format!(
                    "Ingen gør noget for målet {these}. Tilføj en indsats, eller opgiv målet med en grund."
                )
            }
            FindingCode::ActionWithoutGoal => {
                format!("{these} tjener intet mål, der gælder nu. Skriv målet, eller slut indsatsen.")
            }
            FindingCode::ExemptionOver => {
                let exemption = items.first().and_then(|item| item.agreed.exemption.as_deref());
                let known = EXEMPTIONS.iter().find(|entry| Some(entry.id) == exemption);
                let exemption = known.map_or_else(|| exemption.unwrap_or_default(), |entry| entry.danish);
                format!(
                    "{these} hviler på en fritagelse, som ikke gælder her nu ({exemption}). Slut indsatsen, eller aftal \
                     den efter de almindelige regler."
                )
            }
            FindingCode::SameThing => {
                let why = list(self.alike.iter().map(|likeness| likeness.danish().to_owned()));
                format!(
                    "{these} ser ud til at være det samme: {why}. Læg dem sammen, eller sig, at de er hver sit."
                )
            }
        }
    }
}

/// The days that all of some actions have, in words; nothing where that is all their days or none.
fn in_common(actions: &[&Item]) -> Option<String> {
    let mut days = actions.iter().filter_map(|action| Days::of(action));
    let first = days.next()?;
    let common = days.try_fold(first, Days::and)?;
    let from = (common.from > Date::MIN).then(|| format!("fra {}", danish(common.from)));
    let until = common.until.map(|until| format!("til {}", danish(until)));
    let words: Vec<_> = [from, until].into_iter().flatten().collect();
    (!words.is_empty()).then(|| words.join(" "))
}

fn danish(day: Date) -> String {
    day.strftime("%d.%m.%Y").to_string()
}

/// What an item is called in a sentence: its words, or else its kind.
pub(in crate::plan) fn quoted(item: &Item, words: &Terminology) -> String {
    let title = words.title(item);
    if title.is_empty() { item.kind.danish().to_owned() } else { format!("»{}«", short(&title)) }
}

fn short(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    if line.chars().count() <= LONGEST_QUOTE {
        return line.to_owned();
    }
    line.chars().take(LONGEST_QUOTE).chain(['…']).collect()
}

/// Several names as one reads them aloud.
pub(in crate::plan) fn list(names: impl Iterator<Item = String>) -> String {
    let mut names: Vec<_> = names.collect();
    match names.pop() {
        None => String::new(),
        Some(last) if names.is_empty() => last,
        Some(last) => format!("{} og {last}", names.join(", ")),
    }
}
