//! Every recording of a real kubelet, against the verdict that its first line demands.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests stop at the first surprise"
)]

mod recording;

use std::path::PathBuf;
use std::sync::LazyLock;
use std::time::Duration;

use jiff::SignedDuration;
use recording::{Header, Moment, Recording, is_crash, word};
use rollout_waiter::{Cause, Policy, Verdict};

/// Those of the repository, and those of a folder of your own.
#[expect(clippy::disallowed_methods, reason = "the environment is how a test command talks to tests")]
static RECORDINGS: LazyLock<Vec<Recording>> = LazyLock::new(|| {
    let mut folders = vec![PathBuf::from(test_support::fixtures().join("kubelet").as_str())];
    match std::env::var("KUBELET_RECORDINGS") {
        Ok(folder) if !folder.is_empty() => folders.push(folder.into()),
        _ => test_support::skip("replay of more recordings", "KUBELET_RECORDINGS names no folder of them"),
    }
    let mut files: Vec<PathBuf> = folders
        .iter()
        .flat_map(|folder| std::fs::read_dir(folder).unwrap())
        .map(|entry| entry.unwrap().path())
        .collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "jsonl"));
    files.sort_by_key(|path| path.file_name().map(ToOwned::to_owned));
    files.dedup_by_key(|path| path.file_name().map(ToOwned::to_owned));
    assert!(files.len() >= 62, "only {} recordings", files.len());
    files.iter().map(|path| Recording::read(path)).collect()
});

fn tell(complaints: &[String]) {
    assert!(complaints.is_empty(), "{} complaints:\n{}", complaints.len(), complaints.join("\n"));
}

#[test]
fn at_the_end_verdict_object_container_and_cause_are_right() {
    let mut complaints = Vec::new();
    for recording in RECORDINGS.iter() {
        let played = recording.play(&Policy::default());
        let last = &played.moments.last().unwrap().judgement;
        assert_eq!(last.object, recording.object());
        if let Err(complaint) = recording.header.accepts(last) {
            complaints.push(format!("{}: {complaint}: {last:?}", recording.name));
        }
    }
    tell(&complaints);
}

/// The self-healing recordings that are called failed on the way.
fn false_alarms(policy: &Policy) -> Vec<String> {
    let mut complaints = Vec::new();
    for recording in RECORDINGS.iter().filter(|recording| recording.header.verdict == "ready") {
        let moments = recording.play(policy).moments;
        if let Some(Moment { at, judgement }) =
            moments.iter().find(|it| it.judgement.verdict == Verdict::Failed)
        {
            complaints.push(format!("{} at {at}: {judgement:?}", recording.name));
        }
    }
    complaints
}

#[test]
fn what_heals_by_itself_is_never_called_failed() {
    tell(&false_alarms(&Policy::default()));
}

#[test]
fn less_patience_would_be_a_false_alarm() {
    let hasty = |policy: Policy| {
        false_alarms(&policy).iter().map(|it| it.split(' ').next().unwrap().to_owned()).collect()
    };
    let crashes: Vec<String> = hasty(Policy { crash_failures: 2, ..Policy::default() });
    assert_eq!(crashes, ["recovers-after-2-crashes"]);
    let missing: Vec<String> = hasty(Policy { missing_grace: Duration::from_secs(25), ..Policy::default() });
    assert_eq!(missing, ["configmap-appears", "secret-volume-appears"]);
}

#[test]
fn a_moment_of_completeness_is_not_called_ready() {
    tell(&fooled(&Policy::default()));
}

#[test]
fn without_a_settle_time_every_trap_works() {
    assert!(fooled(&Policy { settle: Duration::ZERO, ..Policy::default() }).len() >= 13);
}

/// The broken workloads that are called ready while they are complete for a moment.
fn fooled(policy: &Policy) -> Vec<String> {
    let (mut complaints, mut traps) = (Vec::new(), 0);
    for recording in RECORDINGS.iter() {
        let Some(complete) = recording.header.momentarily_complete_at else { continue };
        traps += 1;
        let played = recording.play(policy);
        let fooled = played.moments.iter().find(|moment| {
            // The eviction comes 35 s later: no waiter can know, it only must not be hasty.
            let soon = moment.at.duration_since(complete) <= SignedDuration::from_secs(2);
            moment.judgement.verdict == Verdict::Ready && soon
        });
        if let Some(Moment { at, .. }) = fooled {
            complaints
                .push(format!("{}: ready at {at}, complete for a moment at {complete}", recording.name));
        }
    }
    assert!(traps >= 14, "only {traps} recordings set this trap");
    complaints
}

#[test]
fn a_waiter_that_comes_late_ends_with_the_same_verdict() {
    let mut complaints = Vec::new();
    for recording in RECORDINGS.iter() {
        for join in recording.moments_to_join() {
            let played = recording.play_from(join, &Policy::default());
            let failed = played.moments.iter().find(|moment| moment.judgement.verdict == Verdict::Failed);
            if let (Some(moment), "ready") = (failed, recording.header.verdict.as_str()) {
                complaints.push(format!("{} joined at {join}: {moment:?}", recording.name));
            }
            // Evictions count only where the pod was seen alive, else old wreckage would fail every rollout.
            let unknowable = recording.header.cause == Cause::Evicted.as_str();
            let last = &played.moments.last().unwrap().judgement;
            if let (Err(complaint), false) = (recording.header.accepts(last), unknowable) {
                complaints.push(format!("{} joined at {join}: {complaint}", recording.name));
            }
        }
    }
    tell(&complaints);
}

/// Whoever only has a saved list gets the answer that a watcher got.
#[test]
fn a_list_saved_at_the_end_is_diagnosed_as_it_was_watched() {
    let mut complaints = Vec::new();
    for recording in RECORDINGS.iter() {
        let end = recording.end();
        let later = end.checked_add(SignedDuration::from_secs(60)).unwrap();
        let list = recording.list_at(end);
        for at in [None, Some(later)] {
            let found = rollout_waiter::diagnose(&list, at, &Policy::default()).unwrap();
            let judgement =
                found.judgements.objects.iter().find(|it| it.object == recording.object()).unwrap();
            let Err(complaint) = recording.header.accepts(judgement) else { continue };
            // The newest time in a list may lie within a grace: then the cause is named and nothing decided.
            let cause = judgement.finding.as_ref().map_or("", |finding| finding.cause.as_str());
            let named = cause == recording.header.cause && judgement.verdict == Verdict::InProgress;
            if at.is_none() && named {
                continue;
            }
            complaints.push(format!("{} at {at:?}: {complaint}: {judgement:?}", recording.name));
        }
    }
    tell(&complaints);
}

/// A list that was saved in the middle of what healed later.
#[test]
fn a_list_saved_while_it_heals_is_never_called_failed() {
    let mut complaints = Vec::new();
    for recording in RECORDINGS.iter().filter(|recording| recording.header.verdict == "ready") {
        for moment in recording.moments_to_join() {
            let found =
                rollout_waiter::diagnose(&recording.list_at(moment), Some(moment), &Policy::default());
            let Ok(found) = found else { continue };
            if found.judgements.verdict == Verdict::Failed {
                complaints.push(format!("{} at {moment}: {:?}", recording.name, found.judgements.failure()));
            }
        }
    }
    tell(&complaints);
}

#[test]
fn a_list_saved_in_a_moment_of_completeness_is_not_called_ready() {
    let mut complaints = Vec::new();
    for recording in RECORDINGS.iter() {
        let Some(complete) = recording.header.momentarily_complete_at else { continue };
        let at = Some(complete);
        let found = rollout_waiter::diagnose(&recording.list_at(complete), at, &Policy::default()).unwrap();
        if found.judgements.verdict == Verdict::Ready {
            complaints.push(format!("{}: ready at {complete}", recording.name));
        }
    }
    tell(&complaints);
}

#[test]
fn a_failure_is_called_within_a_second_of_its_rule() {
    let mut complaints = Vec::new();
    for recording in RECORDINGS.iter().filter(|recording| recording.header.verdict == "failed") {
        let played = recording.play(&Policy::default());
        let Some(first) = played.moments.iter().find(|moment| moment.judgement.verdict == Verdict::Failed)
        else {
            if !recording.header.accept_verdicts.iter().any(|verdict| verdict == "in-progress") {
                complaints.push(format!("{}: never called failed", recording.name));
            }
            continue;
        };
        let Some(finding) = &first.judgement.finding else {
            panic!("{} fails without a finding", recording.name)
        };
        let crash = is_crash(finding.cause).then_some(played.crash_rule_at).flatten();
        let start = crash.or(recording.header.fault_visible_at).unwrap();
        let late = first.at.duration_since(start);
        let allowed = grace(finding.cause, &recording.header) + Duration::from_secs(1);
        if late > SignedDuration::try_from(allowed).unwrap() {
            complaints
                .push(format!("{}: {} after {late:#}, allowed {allowed:?}", recording.name, finding.cause));
        }
    }
    tell(&complaints);
}

/// The grace of the rule that decides; the crash rule counts and has none.
fn grace(cause: Cause, header: &Header) -> Duration {
    let policy = Policy::default();
    match cause {
        Cause::Unschedulable => policy.unschedulable_grace,
        Cause::ConfigMissing | Cause::VolumeAttachOrMount => policy.missing_grace,
        Cause::ImageAuth => policy.image_auth_grace,
        Cause::QuotaExceeded | Cause::AdmissionDenied => policy.admission_grace,
        // The second try decides; the kubelet makes it after some ten seconds.
        Cause::SandboxError => Duration::from_secs(12),
        // The second eviction decides; the header names the first.
        Cause::Evicted => Duration::from_secs(64),
        // The header names the first pause, the change that it blocks comes later.
        Cause::Paused => Duration::from_secs(5),
        _ => {
            assert_ne!(word(Verdict::Failed), header.cause);
            Duration::ZERO
        }
    }
}
