//! `bump check`: every name, every source, every pin.

use chart_bump::{Asked, Deployment, Files, Report, Sign, check, unwatched};

use super::asked::Everybody;
use super::{CheckRequest, Checked, Failure, Outcome, PullPlace, failure, pr};
use crate::exit;
use crate::output::Progress;

pub(super) async fn run(request: CheckRequest) -> Result<Outcome, Failure> {
    let world = &request.world;
    let deployment = Deployment::read(&Files::Folder(world.root.clone())).await?;
    let everybody = Everybody::new(world, deployment.config())?;
    let names = match request.names.is_empty() {
        true => deployment.names(),
        // A name that is nothing at all is the caller's slip, and no finding.
        false => {
            for name in &request.names {
                deployment.subject(name)?;
            }
            request.names.clone()
        }
    };
    let asked = Asked {
        sources: &everybody.sources,
        index: everybody.index.as_ref().map(|(origin, bytes)| (origin, bytes.as_slice())),
        clones: everybody.clones.as_ref(),
        now: world.now,
    };
    let mut progress = Progress::of_steps();
    progress.say(&format!("asking for the versions of {} names", names.len()));
    let mut reports = check(&deployment, &names, &asked).await;
    let place = PullPlace { base: None, repo: request.repo.clone(), dry_run: true };
    // A repository that is not at GitHub has no pull requests there that could hold anything.
    let forge = if world.asks_github { pr::forge(world, &everybody, &place).await.ok() } else { None };
    for report in &mut reports {
        progress.say(&format!("counting what waits of {}", report.name));
        if let Ok(subject) = deployment.subject(&report.name) {
            super::upstream::count(&everybody, &subject, report, world.now).await;
        }
        if let Some(forge) = &forge {
            super::held::look(forge, deployment.config(), report).await;
        }
    }
    let unwatched = if request.names.is_empty() { unwatched(&deployment) } else { Default::default() };
    let (max_commits, max_days) = (request.max_commits, request.max_days);
    Ok(Outcome::Checked(Checked { reports, unwatched, max_commits, max_days }))
}

impl Checked {
    /// Whether what waits of this name is beyond the limits.
    pub(crate) fn is_beyond(&self, report: &Report) -> bool {
        report.pending.as_ref().is_some_and(|it| it.is_beyond(self.max_commits, self.max_days))
    }

    pub(super) fn code(&self) -> u8 {
        let each = self.reports.iter().map(|report| match report {
            report if report.broken.is_some() => exit::USAGE,
            report if report.signs.iter().any(is_held) => exit::REFUSED,
            report if !report.signs.is_empty() => exit::INCONCLUSIVE,
            report if self.is_beyond(report) => exit::PENDING,
            _ => exit::DONE,
        });
        let unwatched = if self.unwatched.pins.is_empty() { exit::DONE } else { exit::USAGE };
        failure::worst(each.chain([unwatched]))
    }
}

/// Whether a sign says that the source could only not be asked this time.
pub(crate) fn is_silence(sign: &Sign) -> bool {
    matches!(sign, Sign::Unasked { .. } | Sign::Unordered { .. })
}

/// Whether a sign says that a person decided, or has to, before anything goes on.
pub(crate) fn is_held(sign: &Sign) -> bool {
    matches!(sign, Sign::Held { .. })
}
