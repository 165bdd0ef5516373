//! Rows about images and what a container needs before it starts.

use rollout_waiter::{Cause, Judgement, Verdict};
use serde_json::Value;

use crate::world::{World, deployment, failed, pod, replica_set, waits};

/// A Deployment whose only pod shows this container.
fn with_container(container: Value) -> World {
    let mut web = World::waiting_for("Deployment", "web");
    web.see(deployment(2, 2, 1, [1, 1, 0, 0])).see(replica_set(2)).see(pod("a", "rs2", false, container));
    web
}

#[track_caller]
fn at_once(reason: &str, message: &str, verdict: Verdict, cause: Cause) -> Judgement {
    with_container(waits(reason, message)).is_for(verdict, cause)
}

rows! {
    row_18_an_image_that_does_not_exist_fails_at_once {
        let judgement = at_once("ErrImagePull", "rpc error: code = NotFound desc = a/b:1: not found", Verdict::Failed, Cause::ImageNotFound);
        assert_eq!(judgement.finding.unwrap().evidence, "rpc error: code = NotFound desc = a/b:1: not found");
        at_once("ErrImagePull", "manifest unknown: manifest unknown", Verdict::Failed, Cause::ImageNotFound);
    }

    row_19_a_pull_that_may_work_later_is_in_progress {
        for (message, cause) in [
            ("dial tcp 10.0.0.1:443: i/o timeout", Cause::ImageUnreachable),
            ("unexpected status: 429 Too Many Requests", Cause::ImageRateLimited),
            ("toomanyrequests: slow down", Cause::ImageRateLimited),
        ] {
            let mut web = with_container(waits("ErrImagePull", message));
            web.wait(300).is_for(Verdict::InProgress, cause);
        }
    }

    row_20_a_back_off_remembers_the_cause_before_it {
        let mut web = with_container(waits("ErrImagePull", "a/b:1: not found"));
        web.see(pod("a", "rs2", false, waits("ImagePullBackOff", "Back-off pulling image \"a/b:1\"")));
        let judgement = web.is_for(Verdict::Failed, Cause::ImageNotFound);
        assert_eq!(judgement.finding.unwrap().evidence, "a/b:1: not found");
        let mut late = with_container(waits("ImagePullBackOff", "Back-off pulling image \"a/b:1\""));
        late.wait(300).is(Verdict::InProgress);
    }

    row_21_an_image_name_that_is_none_fails_at_once {
        at_once("InvalidImageName", "couldn't parse image reference", Verdict::Failed, Cause::ImageNameInvalid);
        at_once("ErrImageNeverPull", "is not present with pull policy of Never", Verdict::Failed, Cause::ImageNotFound);
    }

    /// Ten seconds would call two recordings failed that heal after 29 and 32.
    row_22_a_missing_secret_fails_after_a_grace {
        let mut web = with_container(waits("CreateContainerConfigError", "secret \"x\" not found"));
        web.wait(44).is_for(Verdict::InProgress, Cause::ConfigMissing);
        web.wait(1).is_for(Verdict::Failed, Cause::ConfigMissing);
    }

    row_23_a_cache_that_is_not_synced_is_in_progress {
        let mut web = with_container(waits("CreateContainerConfigError", "failed to sync secret cache: timed out"));
        web.wait(300).is(Verdict::InProgress);
    }

    /// A real kubelet: exit code 128, StartError, and never 127.
    row_24_a_command_that_cannot_start_fails_at_the_second_try {
        let mut web = with_container(failed(1, "StartError", 128));
        web.is_for(Verdict::InProgress, Cause::StartError);
        web.see(pod("a", "rs2", false, failed(2, "StartError", 128))).is_for(Verdict::Failed, Cause::StartError);
        with_container(failed(2, "Error", 127)).is_for(Verdict::InProgress, Cause::CrashLoop);
    }
}
