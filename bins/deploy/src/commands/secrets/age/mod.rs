//! What the commands on age files share.

mod identity;
mod place;
mod repo;
mod reseal;
mod trouble;

pub(crate) use identity::{IdentityArgs, gather};
pub(crate) use place::{Place, VaultArgs};
pub(crate) use repo::Repo;
pub(crate) use reseal::{Resealed, reseal};
pub(crate) use trouble::{PROBLEMS, VaultTrouble};
