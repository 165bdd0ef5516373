//! From how Helm ended to what it means.

use crate::classify::classify;
use crate::command::Command;
use crate::locate::locate;
use crate::relay::{Gate, Observed};
use crate::run::End;
use crate::{Class, Error, Failure, Helm, Left, Record};

/// What is left behind, as far as it was seen.
pub(crate) fn left(observed: &Observed) -> Left {
    Left {
        record: observed
            .newest()
            .map(|release| Record { revision: release.revision(), status: release.status().clone() }),
        written: observed.written(),
        last: observed.writes.last().map(|write| write.object.clone()),
    }
}

/// The error of a run that did not succeed, with the place of what it is about.
pub(crate) async fn located(helm: &Helm, command: &Command, end: &End) -> Error {
    let mut error = error(command, end);
    if let (Error::Failed(failure), Some(upgrade)) = (&mut error, command.upgrade()) {
        failure.place = locate(helm, upgrade, &end.observed, failure).await;
    }
    error
}

/// The error of a plan that did not succeed; none of one that did.
pub(crate) async fn of_plan(helm: &Helm, command: &Command, end: &End) -> Option<Error> {
    if end.exit.success() {
        return refused(helm, command, end).await;
    }
    match end.observed.refused.first() {
        Some(why) => Some(Error::Unproven { why: why.clone() }),
        None => Some(located(helm, command, end).await.without_trace()),
    }
}

/// The error of a plan whose dry runs the cluster refused, whatever Helm believes.
async fn refused(helm: &Helm, command: &Command, end: &End) -> Option<Error> {
    if end.timed_out {
        return Some(Error::TimedOut { after: command.timeout(), left: Box::default() });
    }
    let status = end.observed.refusal()?;
    let class = match classify(&status.message, std::slice::from_ref(status)) {
        Class::Unknown if status.code == 503 => Class::Unreachable,
        class => class,
    };
    let mut failure = Failure {
        class,
        message: status.to_string(),
        api: Some(status.clone()),
        place: None,
        left: Left::default(),
        exit: "the dry run was refused".to_owned(),
    };
    let upgrade = command.upgrade()?;
    failure.place = locate(helm, upgrade, &end.observed, &failure).await;
    Some(Error::Failed(Box::new(failure)))
}

/// The error of a run that did not succeed. Our own doings come first: what Helm says about them is an echo.
fn error(command: &Command, end: &End) -> Error {
    let left = left(&end.observed);
    match &end.gate {
        Gate::Cancelled(_) if end.timed_out => {
            Error::TimedOut { after: command.timeout(), left: Box::new(left) }
        }
        Gate::Fenced(_) | Gate::Cancelled(_) => stopped(&end.gate, left),
        Gate::Open if end.exit.signal.is_some() => {
            Error::Killed { exit: end.exit.to_string(), left: Box::new(left) }
        }
        Gate::Open => Error::Failed(Box::new(failure(end, left))),
    }
}

/// The error of what we ended ourselves.
pub(crate) fn stopped(gate: &Gate, left: Left) -> Error {
    let left = Box::new(left);
    match gate {
        Gate::Fenced(reason) => Error::Fenced { reason: reason.clone(), left },
        Gate::Cancelled(reason) => Error::Cancelled { reason: reason.clone(), left },
        Gate::Open => Error::Cancelled { reason: String::new(), left },
    }
}

fn failure(end: &End, left: Left) -> Failure {
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
    let api = end.observed.failures.last().cloned();
    Failure { class, message, api, place: None, left, exit: end.exit.to_string() }
}
