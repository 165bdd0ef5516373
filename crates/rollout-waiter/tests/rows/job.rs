//! Rows about Jobs.

use rollout_waiter::{Cause, Verdict};
use serde_json::{Value, json};

use crate::world::{World, failed, pod, with};

fn migrate() -> World {
    World::waiting_for("Job", "migrate")
}

fn job(part: Value) -> Value {
    let job = json!({
        "kind": "Job",
        "metadata": {"name": "migrate", "namespace": "ns", "uid": "job"},
        "spec": {"completions": 1, "backoffLimit": 6, "template": {"spec": {"containers": [{"name": "app"}]}}},
        "status": {"active": 1},
    });
    with(job, part)
}

fn condition(kind: &str, reason: &str) -> Value {
    json!({"status": {"active": 0, "conditions": [{"type": kind, "status": "True", "reason": reason, "message": "Job has ended"}]}})
}

rows! {
    row_53_a_failure_within_the_limit_is_in_progress {
        let mut migrate = migrate();
        migrate.see(job(json!({"status": {"failed": 1}})));
        let wreck = with(pod("a", "job", false, failed(1, "Error", 1)), json!({"spec": {"restartPolicy": "Never"}, "status": {"phase": "Failed"}}));
        migrate.see(wreck).is_for(Verdict::InProgress, Cause::PodFailed);
    }

    row_54_a_job_just_created_is_in_progress {
        migrate().see(job(json!({"spec": {"backoffLimit": 0}, "status": {"active": 0}}))).is(Verdict::InProgress);
    }

    row_55_a_failure_target_fails_before_the_pods_have_stopped {
        let mut migrate = migrate();
        let wreck = with(pod("a", "job", false, failed(1, "Error", 3)), json!({"spec": {"restartPolicy": "Never"}, "status": {"phase": "Failed"}}));
        migrate.see(wreck).see(job(condition("FailureTarget", "BackoffLimitExceeded")));
        let finding = migrate.is_for(Verdict::Failed, Cause::JobBackoff).finding.unwrap();
        assert_eq!((finding.guilty.name.as_str(), finding.container.as_deref()), ("a", Some("app")));
        assert_eq!(finding.evidence, "Job has ended: Error (exit code 3)");
    }

    row_56_certain_success_is_in_progress_until_the_pods_have_stopped {
        let mut migrate = migrate();
        migrate.see(job(condition("SuccessCriteriaMet", "CompletionsReached"))).is(Verdict::InProgress);
        migrate.see(job(condition("Complete", "CompletionsReached"))).is(Verdict::Ready);
    }

    row_57_a_job_past_its_deadline_fails {
        migrate().see(job(condition("Failed", "DeadlineExceeded"))).is_for(Verdict::Failed, Cause::JobDeadline);
    }

    row_58_a_work_queue_that_runs_is_in_progress {
        migrate().see(job(json!({"spec": {"completions": null}}))).is(Verdict::InProgress);
    }

    /// In progress for an object of a release; only a CronJob's Job is nobody's business.
    row_59_a_suspended_job_is_named {
        let suspended = json!({"spec": {"suspend": true}});
        migrate().see(job(suspended.clone())).is_for(Verdict::InProgress, Cause::Suspended);
        let owned = json!({"metadata": {"ownerReferences": [{"kind": "CronJob", "uid": "c", "controller": true}]}});
        World::namespace().see(job(with(suspended, owned))).is_for(Verdict::Advisory, Cause::Suspended);
    }

    row_60_a_resumed_job_is_in_progress {
        let resumed = json!({"status": {"conditions": [{"type": "Suspended", "status": "False", "reason": "JobResumed"}]}});
        assert_eq!(migrate().see(job(resumed)).is(Verdict::InProgress).finding, None);
    }

    row_61_a_job_that_was_cleaned_up_ends_as_it_was_last_seen {
        let mut done = migrate();
        done.see(job(condition("Complete", ""))).lose(job(condition("Complete", ""))).is(Verdict::Ready);
        let mut broken = migrate();
        broken.see(job(condition("FailureTarget", ""))).lose(job(condition("FailureTarget", "")));
        broken.is_for(Verdict::Failed, Cause::JobBackoff);
        let mut unknown = migrate();
        unknown.see(job(json!({}))).lose(job(json!({}))).is(Verdict::InProgress);
        unknown.wait(5).is_for(Verdict::Failed, Cause::Vanished);
    }
}
