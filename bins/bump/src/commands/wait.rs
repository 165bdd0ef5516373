//! Asks again until the target is published, or a deadline passes.

use std::time::Duration;

use chart_bump::{BumpError, Published, Rules, Subject, Target, candidate};
use problem::ProblemRecord;
use tokio::time::Instant;

use super::Failure;
use super::asked::Everybody;
use crate::exit;
use crate::output::Progress;

/// The longest time between two questions; a publish run takes minutes.
const LONGEST_PAUSE: Duration = Duration::from_secs(15);

/// What is published of `subject`, as soon as `target` is among it.
pub(super) async fn published(
    everybody: &Everybody,
    subject: &Subject,
    target: &Target,
    rules: &Rules,
    patience: Option<Duration>,
) -> Result<Published, Failure> {
    let Some(patience) = patience else {
        return Ok(everybody.published(subject, target, rules).await?);
    };
    let until = Instant::now() + patience;
    let pause = LONGEST_PAUSE.min(patience / 20).max(Duration::from_millis(20));
    let mut progress = Progress::new();
    loop {
        let answer = everybody.published(subject, target, rules).await;
        let why = match answer {
            Ok(Published::Index(index)) => {
                let pin = subject.found.pins.first();
                if pin.is_none_or(|pin| candidate(pin, target, &index, rules).is_some()) {
                    return Ok(Published::Index(index));
                }
                format!("not among {} published versions", index.entries.len())
            }
            Ok(other) => return Ok(other),
            // A server that stumbles may stand a moment later.
            Err(error @ (BumpError::Unreachable { .. } | BumpError::Status { status: 500.., .. })) => {
                error.to_string()
            }
            Err(error) => return Err(error.into()),
        };
        let left = until.saturating_duration_since(Instant::now());
        let what = match target {
            Target::Named(what) => what,
            Target::Latest => "the latest version",
        };
        if left.is_zero() {
            let text = format!("{what} of {} is still not there after {patience:?}: {why}", subject.name);
            let record = ProblemRecord::new(problem::Code::new("bump.wait_deadline"), text)
                .with_help("look at upstream's publish run, and give more time with `--wait=1h`");
            return Err(Failure { code: exit::DEADLINE, record: record.into() });
        }
        progress.say(&format!("waiting for {what} of {}: {why}; {} s left", subject.name, left.as_secs()));
        tokio::time::sleep(pause.min(left)).await;
    }
}
