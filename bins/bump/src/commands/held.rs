//! What holds a name back at the forge, before anybody tries to bump it.

use chart_bump::config::BumpFile;
use chart_bump::forge::{Forge, ForgeFault, apart};
use chart_bump::{Allow, BRANCH_PREFIX, BumpError, Notice, Report, Sign};
use problem::ProblemRecord;

use super::group::Group;

/// Looks at the branches on which the name goes: its own, and its group's.
pub(super) async fn look(forge: &Forge, config: &BumpFile, report: &mut Report) {
    let group = Group::of(config, &report.name).map(|group| group.name);
    let names = std::iter::once(report.name.clone()).chain(group);
    let branches = names.filter_map(|name| format!("{BRANCH_PREFIX}{name}").parse().ok());
    for branch in branches {
        match apart(forge, &branch, &Allow::default()).await {
            Ok(()) => {}
            Err(ForgeFault::GitHub(error)) => {
                report.notices.push(Notice::NotSeen { why: error.to_string() });
                return;
            }
            Err(held) => {
                let problem = ProblemRecord::from_diagnose(&BumpError::from(held));
                report.signs.push(Sign::Held { problem });
            }
        }
    }
}
