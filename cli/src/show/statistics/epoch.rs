//! The epochs: how far each is, and what counting one took.

use enplan_proto::statistics::v1;
use enplan_proto::statistics::v1::EpochState as WireEpochState;
use serde::Serialize;

use super::super::layout::{Align, Column, Page};
use super::super::words::{Municipality, word};
use super::quarter;
use crate::terminal::View;

word! {
    /// How far an epoch has come.
    EpochState from WireEpochState {
        Frozen = "Tal er låst, ikke talt endnu",
        Started = "Begyndt, ikke offentliggjort",
        Released = "Offentliggjort",
        Passed = "Overhalet: tælles aldrig",
    }
}

/// One epoch.
#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct Quarter {
    epoch: String,
    state: EpochState,
    manifest: u32,
    participants: Vec<Municipality>,
    absent: Vec<Municipality>,
}

impl From<v1::EpochSummary> for Quarter {
    fn from(epoch: v1::EpochSummary) -> Self {
        let municipalities = |codes: Vec<String>| codes.into_iter().filter_map(Municipality::of).collect();
        Self {
            state: EpochState::of(epoch.state),
            epoch: epoch.epoch,
            manifest: epoch.manifest,
            participants: municipalities(epoch.participants),
            absent: municipalities(epoch.absent),
        }
    }
}

fn names(municipalities: &[Municipality]) -> String {
    municipalities.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// The epochs that there are.
#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct Epochs {
    epochs: Vec<Quarter>,
}

impl From<v1::ListEpochsResponse> for Epochs {
    fn from(answer: v1::ListEpochsResponse) -> Self {
        Self { epochs: answer.epochs.into_iter().map(Quarter::from).collect() }
    }
}

const LIST: &[Column] =
    &[("KVARTAL", Align::Left), ("STATUS", Align::Left), ("MED", Align::Right), ("IKKE MED", Align::Left)];

impl View for Epochs {
    fn page(&self) -> Page {
        if self.epochs.is_empty() {
            return Page::new().line("Der er endnu ikke talt noget kvartal.");
        }
        let rows = self.epochs.iter().map(|epoch| {
            vec![
                epoch.epoch.clone(),
                epoch.state.danish().to_owned(),
                epoch.participants.len().to_string(),
                names(&epoch.absent),
            ]
        });
        Page::new().table(LIST, rows.collect())
    }
}

/// An epoch was counted.
#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct EpochRun {
    epoch: Quarter,
    attempts: u32,
    milliseconds: u64,
    bytes_sent: u64,
}

impl EpochRun {
    /// What was done, if the answer says with which epoch.
    pub(crate) fn of(answer: v1::RunEpochResponse) -> Option<Self> {
        Some(Self {
            epoch: answer.epoch?.into(),
            attempts: answer.attempts,
            milliseconds: answer.milliseconds,
            bytes_sent: answer.bytes_sent,
        })
    }
}

impl View for EpochRun {
    fn page(&self) -> Page {
        Page::new().fields([
            ("Kvartal", quarter(&self.epoch.epoch)),
            ("Status", self.epoch.state.danish().to_owned()),
            ("Med er", names(&self.epoch.participants)),
            ("Ikke med", names(&self.epoch.absent)),
            ("Forsøg", self.attempts.to_string()),
            ("Tid", format!("{},{} sekunder", self.milliseconds / 1000, self.milliseconds % 1000 / 100)),
            ("Sendt mellem noderne", format!("{} kB", self.bytes_sent / 1000)),
        ])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::show::samples;

    #[test]
    fn an_epoch_s_line_says_who_is_not_in_it() {
        let epochs = Epochs::from(samples::epochs());
        insta::assert_snapshot!("statistics_epoch_list_screen", epochs.page().human(false));
        insta::assert_json_snapshot!("statistics_epoch_list_json", epochs);
    }

    #[test]
    fn an_epoch_that_was_counted_says_what_it_took() {
        let epoch = samples::epochs().epochs.into_iter().next();
        let answer = v1::RunEpochResponse { epoch, attempts: 1, milliseconds: 1_234, bytes_sent: 21_500_000 };
        let run = EpochRun::of(answer).unwrap();
        insta::assert_snapshot!("statistics_epoch_run_screen", run.page().human(false));
        insta::assert_json_snapshot!("statistics_epoch_run_json", run);
        assert_eq!(EpochRun::of(v1::RunEpochResponse::default()), None);
    }
}
