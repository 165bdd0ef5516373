//! One file a stage; each joins one capability with the events of the run.

pub(crate) mod announce;
pub(crate) mod apply;
pub(crate) mod baseline;
pub(crate) mod lock;
pub(crate) mod login;
pub(crate) mod plan;
pub(crate) mod plan_member;
pub(crate) mod predict;
pub(crate) mod preflight;
pub(crate) mod program;
pub(crate) mod recover;
pub(crate) mod rollback;
pub(crate) mod rollout;
pub(crate) mod settle;
pub(crate) mod unlock;
pub(crate) mod upgrade;
pub(crate) mod verify;
