//! Several plans become one: what is proposed, and what is decided.

use enplan_domain::CaseId;
use enplan_domain::plan::ItemKey;
use enplan_proto::plan::v1::{
    Apart, DecideMergeRequest, Join, ListMergeProposalsRequest, MergeIntoRequest, PreviewMergeIntoRequest,
    SeparateItemRequest,
};

use super::basis::not_done;
use super::lines;
use super::plan::not_changed;
use crate::arguments::{MergeVerb, Words};
use crate::connection::Node;
use crate::failure::Failure;
use crate::input;
use crate::show::{MergePreview, MergeProposals, Merged, PlanChanged, PlansMerged};
use crate::terminal::{Terminal, View as _};

/// Carries out what can be done where several plans become one.
pub(crate) async fn run(verb: MergeVerb, node: &Node, terminal: &mut Terminal) -> Result<(), Failure> {
    match verb {
        MergeVerb::MergeProposals { case } => proposals(case, node, terminal).await,
        MergeVerb::Merge { case, join, apart, seen } => {
            let (joins, aparts) = (lines::of(&join, joined)?, lines::of(&apart, kept_apart)?);
            if joins.is_empty() && aparts.is_empty() {
                return Err(nothing_decided());
            }
            decide(case, seen.version, (joins, aparts), node, terminal).await
        }
        MergeVerb::KeepApart { case, items, reason, seen } => {
            let apart = Apart { item_ids: items, reason: optional(reason.as_ref())? };
            decide(case, seen.version, (Vec::new(), vec![apart]), node, terminal).await
        }
        MergeVerb::Separate { case, item, reason, seen } => {
            let request = SeparateItemRequest {
                case_id: case.to_string(),
                version: seen.version,
                item_id: item,
                reason: optional(reason.as_ref())?,
            };
            let answer = node.merging().separate_item(request).await;
            let version = answer.map_err(|status| not_changed(status, case))?.into_inner().version;
            terminal.show(&PlanChanged { case_id: case.to_string(), version })?;
            terminal.suggest(&[format!("plan show {case}")]);
            Ok(())
        }
        MergeVerb::MergeInto { case, into, preview: true, .. } => {
            let preview = look(case, into, node).await?;
            terminal.show(&preview)?;
            terminal.suggest(&[format!("plan merge-into {case} {into}")]);
            Ok(())
        }
        MergeVerb::MergeInto { case, into, yes, .. } => merge_into(case, into, yes, node, terminal).await,
    }
}

async fn proposals(case: CaseId, node: &Node, terminal: &mut Terminal) -> Result<(), Failure> {
    let request = ListMergeProposalsRequest { case_id: case.to_string() };
    let answer = node.merging().list_merge_proposals(request).await?.into_inner();
    let proposals = MergeProposals::of(case.to_string(), answer);
    terminal.show(&proposals)?;
    terminal.suggest(&proposals.next());
    Ok(())
}

async fn decide(
    case: CaseId,
    version: u64,
    (joins, aparts): (Vec<Join>, Vec<Apart>),
    node: &Node,
    terminal: &mut Terminal,
) -> Result<(), Failure> {
    let request = DecideMergeRequest { case_id: case.to_string(), version, joins, aparts };
    let answer = node.merging().decide_merge(request).await;
    let answer = answer.map_err(|status| not_changed(status, case))?.into_inner();
    terminal.show(&Merged::of(case.to_string(), answer))?;
    terminal.suggest(&[format!("plan merge-proposals {case}"), format!("plan show {case}")]);
    Ok(())
}

async fn look(case: CaseId, into: CaseId, node: &Node) -> Result<MergePreview, Failure> {
    let (case_id, into_case_id) = (case.to_string(), into.to_string());
    let request = PreviewMergeIntoRequest { case_id: case_id.clone(), into_case_id: into_case_id.clone() };
    let answer = node.merging().preview_merge_into(request).await?.into_inner();
    Ok(MergePreview::of(case_id, into_case_id, answer))
}

/// Merges what was seen: the versions that the preview shows here, or whatever the plans are now where nobody asks.
async fn merge_into(
    case: CaseId,
    into: CaseId,
    yes: bool,
    node: &Node,
    terminal: &mut Terminal,
) -> Result<(), Failure> {
    if !yes && !terminal.asks() {
        return Err(Failure::usage(
            "CONFIRMATION_NEEDED",
            "Det skal ses først, og her kan der ikke spørges. Se det med --preview, og gentag med --yes.",
        ));
    }
    let (mut version, mut into_version) = (0, 0);
    if !yes {
        let preview = look(case, into, node).await?;
        terminal.present(&preview.page());
        (version, into_version) = preview.versions();
        let question = "Læg planen ind i den anden, og afslut den?";
        if !terminal.confirm(question, "--yes")? {
            return Err(not_done());
        }
    }
    let (case_id, into_case_id) = (case.to_string(), into.to_string());
    let request = MergeIntoRequest {
        case_id: case_id.clone(),
        into_case_id: into_case_id.clone(),
        version,
        into_version,
    };
    let answer = node.merging().merge_into(request).await?.into_inner();
    let merged = PlansMerged::of(case_id, into_case_id, answer);
    terminal.show(&merged)?;
    terminal.suggest(&[format!("plan merge-proposals {into}"), format!("plan show {into}")]);
    Ok(())
}

fn optional(words: Option<&Words>) -> Result<String, Failure> {
    Ok(words.map(input::words).transpose()?.unwrap_or_default())
}

/// Ids, and words after a stroke.
fn named(fields: &[&str]) -> Result<(Vec<String>, String), Failure> {
    let (ids, words) = match fields {
        [ids] => (ids, ""),
        [ids, words] => (ids, *words),
        _ => return Err(not_named()),
    };
    let id = |id: &str| id.parse::<ItemKey>().map(|key| key.to_string()).map_err(|_| not_named());
    let ids: Vec<_> = ids.split_whitespace().map(id).collect::<Result<_, _>>()?;
    if ids.len() < 2 { Err(not_named()) } else { Ok((ids, words.to_owned())) }
}

fn joined(fields: &[&str]) -> Result<Join, Failure> {
    let (mut ids, text) = named(fields)?;
    let other_ids = ids.split_off(1);
    Ok(Join { leading_id: ids.concat(), other_ids, text })
}

fn kept_apart(fields: &[&str]) -> Result<Apart, Failure> {
    let (item_ids, reason) = named(fields)?;
    Ok(Apart { item_ids, reason })
}

fn not_named() -> Failure {
    Failure::usage(
        "USAGE",
        "Skriv mindst to id'er med mellemrum, og eventuelt tekst efter en streg: »ID ID | TEKST«. enplan plan \
         merge-proposals viser id'erne.",
    )
}

fn nothing_decided() -> Failure {
    Failure::usage("USAGE", "Skriv, hvad der er det samme (--join), eller hvad der ikke er (--apart).")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_the_same_is_named_by_two_ids_or_more_with_words_after_a_stroke() {
        let given = |text: &str| vec![Words::Given(text.to_owned())];
        let read = lines::of(&given("Goal/a Goal/b Goal/c | At bo alene\nGoal/d Goal/e"), joined).unwrap();
        assert_eq!((read[0].leading_id.as_str(), read[0].text.as_str()), ("Goal/a", "At bo alene"));
        assert_eq!(read[0].other_ids, ["Goal/b", "Goal/c"]);
        assert_eq!((read[1].other_ids.as_slice(), read[1].text.as_str()), (&["Goal/e".to_owned()][..], ""));
        let read = lines::of(&given("Goal/a Goal/b | To børn"), kept_apart).unwrap();
        assert_eq!((read[0].item_ids.len(), read[0].reason.as_str()), (2, "To børn"));
        for wrong in ["Goal/a", "a b", "Goal/a Goal/b | c | d"] {
            assert_eq!(lines::of(&given(wrong), joined).unwrap_err().code, "USAGE", "{wrong}");
        }
    }
}
