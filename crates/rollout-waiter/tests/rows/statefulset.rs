//! Rows about StatefulSets.

use rollout_waiter::{Cause, Verdict};
use serde_json::{Value, json};

use crate::world::{World, failed, pod, probed, running, with};

fn db() -> World {
    World::waiting_for("StatefulSet", "db")
}

/// StatefulSet `db`: observed generation, wanted, counters r, u, ready; current and update revision.
fn stateful_set(o: i64, s: i64, [r, u, rd]: [i64; 3], [current, update]: [&str; 2]) -> Value {
    json!({
        "kind": "StatefulSet",
        "metadata": {"name": "db", "namespace": "ns", "uid": "sts", "generation": 2},
        "spec": {"replicas": s, "template": probed()},
        "status": {"observedGeneration": o, "replicas": r, "updatedReplicas": u, "readyReplicas": rd,
            "availableReplicas": rd, "currentRevision": current, "updateRevision": update},
    })
}

fn partition(ordinal: i64) -> Value {
    json!({"spec": {"updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"partition": ordinal}}}})
}

fn of_revision(revision: &str, pod: Value) -> Value {
    with(pod, json!({"metadata": {"labels": {"controller-revision-hash": revision}}}))
}

rows! {
    row_46_an_unobserved_generation_decides_nothing {
        db().see(stateful_set(1, 1, [1, 1, 1], ["a", "a"])).is(Verdict::InProgress);
    }

    row_47_a_partition_that_is_reached_is_ready {
        db().see(with(stateful_set(2, 3, [3, 1, 3], ["a", "b"]), partition(2))).is(Verdict::Ready);
        db().see(with(stateful_set(2, 3, [3, 0, 3], ["a", "b"]), partition(2))).is(Verdict::InProgress);
    }

    row_48_a_partition_beyond_the_replicas_is_ready {
        db().see(with(stateful_set(2, 3, [3, 0, 3], ["a", "b"]), partition(9))).is(Verdict::Ready);
    }

    row_49_pod_labels_decide_where_the_revision_lags {
        let mut db = db();
        db.see(stateful_set(2, 1, [1, 1, 1], ["a", "b"]));
        db.see(of_revision("a", pod("db-0", "sts", true, running()))).is(Verdict::InProgress);
        db.see(of_revision("b", pod("db-0", "sts", true, running()))).is(Verdict::Ready);
    }

    row_50_an_old_pod_that_never_gets_ready_blocks {
        let mut db = db();
        db.see(stateful_set(2, 2, [1, 0, 0], ["a", "b"]));
        let judgement = db.see(of_revision("a", pod("db-0", "sts", false, failed(3, "Error", 1))));
        let finding = judgement.is_for(Verdict::Failed, Cause::StuckOldRevision).finding.unwrap();
        assert_eq!((finding.guilty.name.as_str(), finding.container.as_deref()), ("db-0", Some("app")));
    }

    row_51_an_old_pod_that_crashes_blocks_nothing_in_parallel {
        let mut db = db();
        let parallel = json!({"spec": {"podManagementPolicy": "Parallel"}});
        db.see(with(stateful_set(2, 2, [2, 1, 1], ["a", "b"]), parallel));
        db.see(of_revision("a", pod("db-0", "sts", false, failed(9, "Error", 1))));
        db.see(of_revision("b", pod("db-1", "sts", true, running()))).is(Verdict::InProgress);
    }

    row_52_a_pod_too_many_is_in_progress {
        db().see(stateful_set(2, 2, [3, 3, 3], ["a", "a"])).is(Verdict::InProgress);
    }
}
