//! The checks, by name.

pub(crate) mod health;
pub(crate) mod hub;
pub(crate) mod page;
pub(crate) mod versions;

use crate::Component;
use crate::run::Check;

const fn check(name: &'static str, component: Component) -> Check {
    Check { name, component }
}

pub(crate) const VERSIONS: Check = check("binder.versions", Component::Binder);
pub(crate) const HEALTH: Check = check("binder.health", Component::Binder);
pub(crate) const PAGE: Check = check("binder.page", Component::Ui);
pub(crate) const HUB_HEALTH: Check = check("hub.health", Component::Hub);
pub(crate) const HUB_API: Check = check("hub.api", Component::Hub);
pub(crate) const READY: Check = check("launch.ready", Component::Binder);
pub(crate) const OPEN: Check = check("launch.open", Component::Server);
pub(crate) const SERVER: Check = check("launch.server", Component::Server);
pub(crate) const SHUTDOWN: Check = check("launch.shutdown", Component::Server);
