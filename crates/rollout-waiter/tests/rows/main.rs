//! The cases that a correct waiter must get right: one test for each row of `tests/cases/rows.md`.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests stop at the first surprise"
)]

/// Makes tests, and a list of their names that the table is checked against.
macro_rules! rows {
    ($($(#[$doc:meta])* $name:ident $body:block)*) => {
        $($(#[$doc])* #[test] fn $name() $body)*
        pub(crate) const NAMES: &[&str] = &[$(stringify!($name)),*];
    };
}

mod around;
mod claim;
mod daemonset;
mod deployment;
mod image;
mod job;
mod pod;
mod settle;
mod statefulset;
mod world;

use std::collections::BTreeSet;

const TABLE: &str = include_str!("../cases/rows.md");

/// Every row has a test of that name, or says why it has none yet; every test has a row.
#[test]
fn the_table_and_the_tests_agree() {
    let names: BTreeSet<&str> = [
        around::NAMES,
        claim::NAMES,
        daemonset::NAMES,
        deployment::NAMES,
        image::NAMES,
        job::NAMES,
        pod::NAMES,
        statefulset::NAMES,
    ]
    .concat()
    .into_iter()
    .collect();
    let mut listed = BTreeSet::new();
    let mut ids = Vec::new();
    for line in TABLE.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| id")) {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [id, _, _, test] = cells[..] else { panic!("four cells: {line}") };
        ids.push(id.parse::<u32>().unwrap());
        if let Some(reason) = test.strip_prefix("not yet:") {
            assert!(!reason.trim().is_empty(), "row {id} says no reason");
            continue;
        }
        let test = test.trim_matches('`');
        assert!(names.contains(test), "row {id} has no test {test}");
        assert!(test.starts_with(&format!("row_{id:0>2}_")), "row {id} and {test}");
        listed.insert(test);
    }
    assert_eq!(ids, (1..=71).collect::<Vec<_>>());
    assert_eq!(names, listed);
}
