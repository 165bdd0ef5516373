//! From how Helm ended to what it means.

use crate::classify::classify;
use crate::command::Command;
use crate::relay::{Gate, Observed};
use crate::run::End;
use crate::{Chart, Class, Error, Failure, Left, Record, place};

/// What is left behind, as far as it was seen.
fn left(observed: &Observed) -> Left {
    Left {
        record: observed
            .newest()
            .map(|release| Record { revision: release.revision(), status: release.status().clone() }),
        written: observed.written(),
        last: observed.writes.last().map(|write| write.object.clone()),
    }
}

/// The error of a run that did not succeed. Our own doings come first: what Helm says about them is an echo.
pub(crate) fn error(command: &Command, end: &End) -> Error {
    let left = left(&end.observed);
    match &end.gate {
        Gate::Fenced(reason) => Error::Fenced { reason: reason.clone(), left: Box::new(left) },
        Gate::Cancelled(_) if end.timed_out => {
            Error::TimedOut { after: command.timeout(), left: Box::new(left) }
        }
        Gate::Cancelled(reason) => Error::Cancelled { reason: reason.clone(), left: Box::new(left) },
        Gate::Open if end.exit.signal.is_some() => {
            Error::Killed { exit: end.exit.to_string(), left: Box::new(left) }
        }
        Gate::Open => Error::Failed(Box::new(failure(command, end, left))),
    }
}

fn failure(command: &Command, end: &End, left: Left) -> Failure {
    let message = end.talk.message();
    let class = match (classify(&message, &end.observed.failures), &end.observed.lost) {
        // What Helm repeats is the relay's answer, or its own words for it.
        (Class::Unknown | Class::Transient, Some(_)) => Class::Unreachable,
        (class, _) => class,
    };
    let message = match (&end.observed.lost, class) {
        (Some(lost), Class::Unreachable) => format!("the cluster cannot be reached: {lost}"),
        _ if message.is_empty() => format!("Helm said nothing ({})", end.exit),
        _ => message,
    };
    let place = command.upgrade().and_then(|upgrade| place_of(class, &message, &upgrade.chart));
    let api = end.observed.failures.last().cloned();
    Failure { class, message, api, place, left, exit: end.exit.to_string() }
}

fn place_of(class: Class, message: &str, chart: &Chart) -> Option<problem::Place> {
    let in_templates = matches!(
        class,
        Class::Template | Class::RenderedYaml | Class::Chart | Class::Schema | Class::Unknown
    );
    in_templates.then(|| place::in_message(message, chart)).flatten()
}
