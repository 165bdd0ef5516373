//! Asks again until the target is published and upstream's checks of it have ended, or a deadline passes.

use std::time::Duration;

use chart_bump::forge::ForgeFault;
use chart_bump::{Allow, BumpError, Notice, Plan, Published, Rules, Subject, Target, candidate};
use problem::{Code, ProblemRecord};
use tokio::time::Instant;

use super::Failure;
use super::asked::Everybody;
use super::upstream::Upstream;
use crate::exit;
use crate::output::Progress;

pub(crate) const DEADLINE: Code = Code::new("bump.wait_deadline");

/// The longest time between two questions; a publish run takes minutes.
const LONGEST_PAUSE: Duration = Duration::from_secs(15);

/// One wait, whatever is waited for.
pub(super) struct Wait {
    /// The whole time; without one nobody waits.
    patience: Option<Duration>,
    until: Instant,
    progress: Option<Progress>,
}

impl Wait {
    /// Begins now.
    pub(super) fn new(patience: Option<Duration>) -> Self {
        let until = Instant::now() + patience.unwrap_or_default();
        Self { patience, until, progress: None }
    }

    /// Lets some time pass for `what`, which is not there because of `why`.
    async fn again(&mut self, what: &str, why: &str, next: &str) -> Result<(), Failure> {
        let patience = self.patience.unwrap_or_default();
        let left = self.until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            let text = format!("{what} is still not there after {patience:?}: {why}");
            let record = ProblemRecord::new(DEADLINE, text)
                .with_help(format!("{next}, and give more time with `--wait=1h`"));
            return Err(Failure::new(exit::DEADLINE, record));
        }
        let progress = self.progress.get_or_insert_with(Progress::new);
        progress.say(&format!("waiting {} s more for {what}: {why}", left.as_secs()));
        let pause = LONGEST_PAUSE.min(patience / 20).max(Duration::from_millis(20));
        tokio::time::sleep(pause.min(left)).await;
        Ok(())
    }

    /// What is published of `subject`, as soon as `target` is among it.
    pub(super) async fn published(
        &mut self,
        everybody: &Everybody,
        subject: &Subject,
        target: &Target,
        rules: &Rules,
    ) -> Result<Published, Failure> {
        if self.patience.is_none() {
            return Ok(everybody.published(subject, target, rules).await?);
        }
        let what = match target {
            Target::Named(what) => what,
            Target::Latest => "the latest version",
        };
        loop {
            let why = match everybody.published(subject, target, rules).await {
                Ok(Published::Index(index)) => {
                    let pin = subject.found.lead();
                    if pin.is_none_or(|pin| candidate(pin, target, &index, rules).is_some()) {
                        return Ok(Published::Index(index));
                    }
                    format!("not among {} published versions", index.entries.len())
                }
                Ok(other) => return Ok(other),
                Err(error) if may_pass(&error) => error.to_string(),
                Err(error) => return Err(error.into()),
            };
            let what = format!("{what} of {}", subject.name);
            self.again(&what, &why, "look at upstream's publish run").await?;
        }
    }

    /// The guard of upstream's checks, as soon as all of them have ended.
    pub(super) async fn checks(
        &mut self,
        upstream: &Upstream,
        plan: &Plan,
        allow: &Allow,
    ) -> Result<Vec<Notice>, Failure> {
        loop {
            let error = match upstream.guard_checks(plan, allow).await {
                Ok(notices) => return Ok(notices),
                Err(error) => error,
            };
            let pending = matches!(&error, BumpError::Forge(fault) if matches!(**fault, ForgeFault::Checks { failed: false, .. }));
            if self.patience.is_none() || !(pending || may_pass(&error)) {
                return Err(error.into());
            }
            let what = format!("the end of upstream's checks of {}", plan.name);
            self.again(&what, &error.to_string(), "look at upstream's checks").await?;
        }
    }
}

/// A server that stumbles may stand a moment later.
fn may_pass(error: &BumpError) -> bool {
    use github_client::Error;
    match error {
        BumpError::Unreachable { .. } | BumpError::Status { status: 500.., .. } => true,
        BumpError::Forge(fault) => matches!(
            **fault,
            ForgeFault::GitHub(
                Error::Unavailable { .. }
                    | Error::Timeout { .. }
                    | Error::Connection(_)
                    | Error::RateLimited { .. }
            )
        ),
        _ => false,
    }
}
