//! Scripted timelines: what heals is never called failed, what fails is called by its true cause.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "tests stop at the first surprise, and the score is printed"
)]

/// Makes a test of each scenario, and a list that the table is checked against.
macro_rules! scenarios {
    ($($name:ident $body:block)*) => {
        mod timelines {
            use super::*;
            $(pub(super) fn $name() -> Stage $body)*
        }
        $(#[test] fn $name() { super::check(stringify!($name), timelines::$name()); })*
        pub(crate) const ALL: &[crate::Timeline] = &[$((stringify!($name), timelines::$name)),*];
    };
}

mod failures;
mod healing;
mod stage;

use std::collections::BTreeSet;

use rollout_waiter::Verdict;
use stage::Stage;

const FAILURES: &str = include_str!("../cases/failures.md");
const HEALING: &str = include_str!("../cases/self-healing.md");

/// A scenario's id, and how it goes.
type Timeline = (&'static str, fn() -> Stage);

/// The cells of each row of a table.
fn rows(table: &'static str) -> Vec<Vec<&'static str>> {
    let rows = table.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| id"));
    rows.map(|line| line.trim_matches('|').split('|').map(str::trim).collect()).collect()
}

/// A scenario of the table of failures must fail as its row says; any other must heal.
fn check(id: &str, stage: Stage) {
    let complaint = match rows(FAILURES).into_iter().find(|row| row[0] == id) {
        Some(row) => explains(&row, stage),
        None => heals(stage),
    };
    if let Err(complaint) = complaint {
        panic!("{id}: {complaint}");
    }
}

fn explains(row: &[&str], mut stage: Stage) -> Result<(), String> {
    let [_, object, container, class, evidence] = row[..] else { panic!("five cells: {row:?}") };
    let judgement = stage.end();
    let Some(finding) = &judgement.finding else { return Err(format!("no cause: {judgement:?}")) };
    let guilty = format!("{}/{}", finding.guilty.kind, finding.guilty.name);
    let right = judgement.verdict == Verdict::Failed
        && guilty == object
        && finding.container.as_deref().unwrap_or("-") == container
        && finding.cause.as_str() == class
        && finding.evidence.contains(evidence);
    if right { Ok(()) } else { Err(format!("{judgement:?}")) }
}

fn heals(mut stage: Stage) -> Result<(), String> {
    let last = stage.end();
    if let Some((at, judgement)) = stage.first_failure() {
        return Err(format!("called failed at {at}: {judgement:?}"));
    }
    if last.verdict == Verdict::Ready { Ok(()) } else { Err(format!("not ready at the end: {last:?}")) }
}

fn same_ids(table: &'static str, scenarios: &[Timeline], least: usize) {
    let listed: BTreeSet<&str> = rows(table).iter().map(|row| row[0]).collect();
    let tested: BTreeSet<&str> = scenarios.iter().map(|(id, _)| *id).collect();
    assert_eq!(listed, tested);
    assert!(listed.len() >= least, "only {}", listed.len());
}

#[test]
fn the_tables_and_the_timelines_agree() {
    same_ids(FAILURES, failures::ALL, 60);
    same_ids(HEALING, healing::ALL, 40);
}

/// The score, for the record: the tests above demand every single one.
#[test]
fn causes_are_right_in_at_least_95_of_100_and_nothing_that_heals_is_failed() {
    let rows = rows(FAILURES);
    let right = rows.iter().filter(|row| {
        let (_, timeline) = failures::ALL.iter().find(|(id, _)| *id == row[0]).unwrap();
        explains(row, timeline()).is_ok()
    });
    let (right, all) = (right.count(), rows.len());
    let alarms = healing::ALL.iter().filter(|(_, timeline)| {
        let mut stage = timeline();
        stage.end();
        stage.first_failure().is_some()
    });
    let alarms = alarms.count();
    println!("causes right: {right} of {all}; false failures: {alarms} of {}", healing::ALL.len());
    assert!(right * 100 >= all * 95, "{right} of {all}");
    assert_eq!(alarms, 0);
}
