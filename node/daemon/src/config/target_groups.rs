//! The municipality's own target groups: a file of their own, so that a council's decision needs no new version of enplan and
//! no change of the configuration.

use std::fs;
use std::path::Path;

use enplan_domain::catalogue::{Adopted, Criterion, NotATargetGroup, TargetGroup, Validity};
use serde::Deserialize;

use super::problems::ConfigProblems;

/// The file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default)]
    target_group: Vec<WrittenGroup>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenGroup {
    id: String,
    name: String,
    valid: String,
    decision: String,
    #[serde(default)]
    criterion: Vec<WrittenCriterion>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenCriterion {
    id: String,
    name: String,
    /// The group's own days where none are said.
    valid: Option<String>,
    youngest: Option<i16>,
    oldest: Option<i16>,
}

/// What the municipality has adopted, with the target groups in this file. Everything that is wrong with it is told.
pub(super) fn read(adopted: Adopted, file: &Path, problems: &mut ConfigProblems) -> Adopted {
    let shown = file.display();
    let text = match fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) => {
            problems.add(format!("[target_groups] file: {shown} cannot be read ({error})"));
            return adopted;
        }
    };
    let written: Written = match toml::from_str(&text) {
        Ok(written) => written,
        Err(error) => {
            let line = error.span().map_or(1, |span| 1 + text[..span.start].matches('\n').count());
            problems.add(format!("{shown}, line {line}: {}", error.message()));
            return adopted;
        }
    };
    let mut groups = Vec::with_capacity(written.target_group.len());
    for group in written.target_group {
        let id = group.id.clone();
        match parsed(group) {
            Ok(group) => groups.push(group),
            Err(problem) => problems.add(format!("{shown}, target group {id:?}: {problem}")),
        }
    }
    adopted.clone().with_target_groups(groups).unwrap_or_else(|problem| {
        problems.add(format!("{shown}: {problem}"));
        adopted
    })
}

fn parsed(group: WrittenGroup) -> Result<TargetGroup, String> {
    let validity = days(&group.valid)?;
    let criterion = |written: WrittenCriterion| {
        let told = |problem: &dyn std::fmt::Display| format!("criterion {:?}: {problem}", written.id);
        let validity =
            written.valid.as_deref().map_or(Ok(validity), days).map_err(|problem| told(&problem))?;
        let ages = match (written.youngest, written.oldest) {
            (None, None) => None,
            (youngest, oldest) => Some((youngest.unwrap_or(0), oldest.unwrap_or(130))),
        };
        Criterion::own(&written.id, &written.name, validity, ages).map_err(|problem| told(&problem))
    };
    let criteria = group.criterion.into_iter().map(criterion).collect::<Result<_, _>>()?;
    TargetGroup::own(&group.id, &group.name, validity, &group.decision, criteria)
        .map_err(|problem: NotATargetGroup| problem.to_string())
}

fn days(text: &str) -> Result<Validity, String> {
    text.parse().map_err(|problem: enplan_domain::catalogue::NotAValidity| problem.to_string())
}
