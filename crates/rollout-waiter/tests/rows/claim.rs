//! Rows about claims on storage.

use rollout_waiter::{Cause, Verdict};
use serde_json::{Value, json};

use crate::world::World;

fn claim(phase: &str) -> Value {
    json!({"kind": "PersistentVolumeClaim", "metadata": {"name": "data", "namespace": "ns", "uid": "pvc"}, "status": {"phase": phase}})
}

rows! {
    row_62_a_claim_that_waits_for_its_first_user_is_ready {
        let mut data = World::waiting_for("PersistentVolumeClaim", "data");
        data.see(claim("Pending")).is(Verdict::InProgress);
        data.hear("pvc", "WaitForFirstConsumer", "waiting for first consumer to be created before binding", 1);
        data.is(Verdict::Ready);
    }

    row_63_a_lost_claim_fails {
        let mut data = World::waiting_for("PersistentVolumeClaim", "data");
        data.see(claim("Bound")).is(Verdict::Ready);
        data.see(claim("Lost")).is_for(Verdict::Failed, Cause::ClaimLost);
    }
}
