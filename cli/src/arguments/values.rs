//! Values on the command line, parsed at the edge, with refusals that say in Danish what to write instead.
//!
//! A refusal never repeats the value: it may be a CPR number in the wrong place.

use std::convert::Infallible;
use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use enplan_domain::municipality::THE_NINE;
use enplan_domain::plan::{ItemKey, Lasting};
use enplan_domain::{
    BasisId, CaseId, Cpr, Date, FamilyMoveId, Kommunekode, Timestamp, TransferId, danish_time,
};
use jiff::civil::Time;

/// A case's id.
pub(crate) fn case(text: &str) -> Result<CaseId, String> {
    if text.parse::<Cpr>().is_ok() {
        return Err("Det ligner et CPR-nummer. Et CPR-nummer på kommandolinjen kan læses af andre på maskinen og \
                    bliver i skallens historik: brug --cpr-file FIL eller --cpr -, og slet linjen i historikken."
            .to_owned());
    }
    id(text, "sagens id", "enplan plan list")
}

/// A handover's id.
pub(crate) fn transfer(text: &str) -> Result<TransferId, String> {
    id(text, "overdragelsens id", "enplan handover list")
}

/// A family move's id.
pub(crate) fn family(text: &str) -> Result<FamilyMoveId, String> {
    id(text, "familieflytningens id", "enplan handover list")
}

/// The id of something in a plan: a resource type and an id.
pub(crate) fn item(text: &str) -> Result<String, String> {
    text.parse::<ItemKey>().map(|key| key.to_string()).map_err(|_| {
        "Skriv id'et, som enplan plan show viser det, for eksempel Goal/76b9d91b-4b28-4c4a-944c-aa16b8cca82c."
            .to_owned()
    })
}

/// A legal basis' id.
pub(crate) fn basis(text: &str) -> Result<BasisId, String> {
    id(text, "grundlagets id", "enplan plan show SAG")
}

fn id<T: FromStr>(text: &str, what: &str, shown_by: &str) -> Result<T, String> {
    text.parse().map_err(|_| {
        format!("Skriv {what}, for eksempel 01890a5d-ac96-774b-bcce-b302099a8057. {shown_by} viser det.")
    })
}

/// A municipality by code or name; a name that is nearly right is suggested.
pub(crate) fn municipality(text: &str) -> Result<Kommunekode, String> {
    Kommunekode::find(text).ok_or_else(|| {
        let nearest = THE_NINE
            .iter()
            .map(|(_, name)| (strsim::jaro_winkler(&text.to_lowercase(), &name.to_lowercase()), name))
            .max_by(|(one, _), (other, _)| one.total_cmp(other))
            .filter(|(likeness, _)| *likeness > 0.8);
        let names: Vec<_> = THE_NINE.iter().map(|(_, name)| *name).collect();
        let meant = nearest.map(|(_, name)| format!(" Mente du {name}?")).unwrap_or_default();
        format!(
            "Kommunen er ikke med i netværket.{meant} Skriv navn eller kommunekode: {}.",
            names.join(", ")
        )
    })
}

/// A day.
pub(crate) fn day(text: &str) -> Result<Date, String> {
    text.parse().map_err(|_| "Skriv dagen som ÅÅÅÅ-MM-DD, for eksempel 2027-06-30.".to_owned())
}

/// How long something is expected to last.
pub(crate) fn lasting(text: &str) -> Result<Lasting, String> {
    format!("P{}", text.to_uppercase())
        .parse()
        .map_err(|_| "Skriv uger som 13w eller måneder som 6m, højst ti år.".to_owned())
}

/// A time of day.
pub(crate) fn time_of_day(text: &str) -> Result<String, String> {
    Time::strptime("%H:%M", text)
        .map(|time| time.strftime("%H:%M").to_string())
        .map_err(|_| "Skriv klokkeslættet som TT:MM, for eksempel 14:30.".to_owned())
}

/// The number of seconds that somebody is willing to wait.
pub(crate) fn seconds(text: &str) -> Result<u64, String> {
    match text.parse() {
        Ok(number @ 1..=86_400) => Ok(number),
        _ => Err("Skriv et antal sekunder fra 1 til 86400.".to_owned()),
    }
}

/// A preview's version, as `handover show` shows it.
pub(crate) fn preview_version(text: &str) -> Result<String, String> {
    let digits = text.trim();
    if digits.len() == 64 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Ok(digits.to_ascii_lowercase());
    }
    Err("Skriv forhåndsvisningens version, som enplan handover show viser den: 64 hexadecimale cifre."
        .to_owned())
}

/// Which preview of which handover was seen: `OVERDRAGELSE=HEX`.
pub(crate) fn seen_preview(text: &str) -> Result<(TransferId, String), String> {
    let (handover, version) = text
        .split_once('=')
        .ok_or("Skriv overdragelsen og den version, du har set, med = imellem: OVERDRAGELSE=HEX.")?;
    Ok((transfer(handover)?, preview_version(version)?))
}

/// Until when: a day, the whole of it in Danish time, or an exact time in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Deadline(pub(crate) Timestamp);

/// Parses a [`Deadline`].
pub(crate) fn deadline(text: &str) -> Result<Deadline, String> {
    if let Ok(exact) = text.parse::<Timestamp>() {
        return Ok(Deadline(exact));
    }
    day(text)
        .ok()
        .and_then(|day| day.to_datetime(Time::constant(23, 59, 59, 0)).to_zoned(danish_time()).ok())
        .map(|end| Deadline(end.timestamp()))
        .ok_or_else(|| {
            "Skriv fristen som ÅÅÅÅ-MM-DD, for eksempel 2027-06-30, eller som ÅÅÅÅ-MM-DDTT:MM:SSZ i UTC."
                .to_owned()
        })
}

/// A file, or standard input where `-` was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Input {
    /// `-`.
    Standard,
    /// A file.
    File(PathBuf),
}

impl FromStr for Input {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(if text == "-" { Self::Standard } else { Self::File(PathBuf::from(text)) })
    }
}

/// `-` and nothing else: a CPR number itself is never taken here.
pub(crate) fn only_standard_input(text: &str) -> Result<Input, String> {
    match text {
        "-" => Ok(Input::Standard),
        _ => Err("Her skrives kun »-«: nummeret læses fra stdin eller spørges der om. Et CPR-nummer på kommandolinjen \
                  kan læses af andre på maskinen og bliver i skallens historik."
            .to_owned()),
    }
}

/// Words about a citizen: as they are, from `@FILE`, or from standard input (`-`).
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Words {
    /// As they were written.
    Given(String),
    /// To be read.
    From(Input),
}

impl FromStr for Words {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(match text.strip_prefix('@') {
            Some(path) => Self::From(Input::File(PathBuf::from(path))),
            None if text == "-" => Self::From(Input::Standard),
            None => Self::Given(text.to_owned()),
        })
    }
}

impl fmt::Debug for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Words(masked)")
    }
}

/// A criterion and why it holds, or does not.
#[derive(Debug, Clone)]
pub(crate) struct Finding {
    /// The criterion's id in the catalogue.
    pub(crate) criterion: String,
    /// Why.
    pub(crate) reason: Words,
}

/// Parses a [`Finding`]: `criterion=reason` or `criterion=@FILE`.
pub(crate) fn finding(text: &str) -> Result<Finding, String> {
    let (criterion, reason) = text.split_once('=').filter(|(id, _)| !id.trim().is_empty()).ok_or(
        "Skriv kriteriet og hvorfor, for eksempel complex=@grund.txt. enplan catalogue viser kriterierne.",
    )?;
    let Ok(reason) = reason.parse();
    Ok(Finding { criterion: criterion.trim().to_owned(), reason })
}

/// A profile's name: it becomes a file's name, so it holds nothing that could lead elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ProfileName(String);

impl ProfileName {
    /// The name as text.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is the one used where none is named.
    pub(crate) fn is_default(&self) -> bool {
        self.0 == "default"
    }
}

impl FromStr for ProfileName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let form = (1..=40).contains(&text.len());
        let known =
            |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-' || byte == b'_';
        if form && text.bytes().all(known) {
            Ok(Self(text.to_owned()))
        } else {
            Err("Et profilnavn har 1-40 tegn: små bogstaver a-z, cifre, - og _.".to_owned())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cpr_number_in_a_case_s_place_is_refused_without_being_repeated() {
        let refusal = case("610181-1001").unwrap_err();
        assert!(refusal.contains("--cpr-file"), "{refusal}");
        assert!(!refusal.contains("6101"), "{refusal}");
    }

    #[test]
    fn a_misspelt_municipality_is_suggested() {
        assert!(municipality("Hilerød").unwrap_err().contains("Mente du Hillerød?"));
        assert!(!municipality("København").unwrap_err().contains("Mente du"));
        assert_eq!(municipality("hilleroed"), Ok("0219".parse().unwrap()));
    }

    #[test]
    fn a_deadline_that_is_a_day_holds_until_that_day_ends_in_denmark() {
        assert_eq!(deadline("2027-06-30").unwrap().0.to_string(), "2027-06-30T21:59:59Z");
        assert_eq!(deadline("2027-12-31").unwrap().0.to_string(), "2027-12-31T22:59:59Z");
        assert_eq!(deadline("2027-06-30T08:00:00Z").unwrap().0.to_string(), "2027-06-30T08:00:00Z");
        assert!(deadline("30/6").is_err());
    }

    #[test]
    fn how_long_something_lasts_is_weeks_or_months() {
        assert_eq!(lasting("13w").unwrap().to_string(), "P13W");
        assert_eq!(lasting("6M").unwrap().to_string(), "P6M");
        for text in ["", "13", "w", "0w", "999m", "2y", "P6M"] {
            assert!(lasting(text).is_err(), "{text}");
        }
    }

    #[test]
    fn words_come_as_they_are_from_a_file_or_from_standard_input() {
        assert_eq!("Cykle igen".parse(), Ok(Words::Given("Cykle igen".to_owned())));
        assert_eq!("@maal.txt".parse(), Ok(Words::From(Input::File("maal.txt".into()))));
        assert_eq!("-".parse(), Ok(Words::From(Input::Standard)));
        assert!(!format!("{:?}", Words::Given("Cykle".to_owned())).contains("Cykle"));
    }

    #[test]
    fn a_profile_s_name_can_t_lead_to_another_folder() {
        for name in ["", "..", "../gribskov", "a/b", "Gribskov", "ø"] {
            assert!(name.parse::<ProfileName>().is_err(), "{name}");
        }
        assert_eq!("gribskov-2".parse::<ProfileName>().unwrap().as_str(), "gribskov-2");
    }

    #[test]
    fn a_preview_s_version_is_a_sha_256_in_hexadecimal() {
        assert_eq!(preview_version(&"AB".repeat(32)), Ok("ab".repeat(32)));
        assert!(preview_version("abc").is_err());
    }
}
