//! The command line of each program of the control plane.

use crate::Layout;

/// The ports of one sandbox.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ports {
    pub(crate) etcd: u16,
    pub(crate) etcd_peer: u16,
    pub(crate) apiserver: u16,
    pub(crate) controller_manager: u16,
    pub(crate) scheduler: u16,
    pub(crate) kwok: u16,
    pub(crate) proxy: u16,
    pub(crate) control: u16,
    pub(crate) node: u16,
}

/// How often and how many at once the controllers may ask; the default 20 a second makes a
/// rollout of hundreds of objects wait for the client instead of the cluster.
const CONTROLLER_RATE: [&str; 2] = ["--kube-api-qps=300", "--kube-api-burst=600"];

pub(crate) fn etcd(layout: &Layout, ports: Ports) -> Vec<String> {
    let client = format!("http://127.0.0.1:{}", ports.etcd);
    let peer = format!("http://127.0.0.1:{}", ports.etcd_peer);
    vec![
        "--name=sandbox".to_owned(),
        format!("--data-dir={}", layout.etcd()),
        // The data live as long as the sandbox; waiting for the disk would triple the boot.
        "--unsafe-no-fsync".to_owned(),
        // One member elects itself; the default waits a second for others.
        "--heartbeat-interval=20".to_owned(),
        "--election-timeout=200".to_owned(),
        format!("--listen-client-urls={client}"),
        format!("--advertise-client-urls={client}"),
        format!("--listen-peer-urls={peer}"),
        format!("--initial-advertise-peer-urls={peer}"),
        format!("--initial-cluster=sandbox={peer}"),
        "--log-level=warn".to_owned(),
    ]
}

pub(crate) fn apiserver(layout: &Layout, ports: Ports) -> Vec<String> {
    vec![
        format!("--etcd-servers=http://127.0.0.1:{}", ports.etcd),
        "--bind-address=127.0.0.1".to_owned(),
        format!("--secure-port={}", ports.apiserver),
        // Loopback may not be advertised; nothing follows this address (RFC 5737).
        "--advertise-address=192.0.2.1".to_owned(),
        "--endpoint-reconciler-type=none".to_owned(),
        format!("--cert-dir={}", layout.certificates()),
        "--service-cluster-ip-range=10.96.0.0/16".to_owned(),
        "--service-account-issuer=https://kubernetes.default.svc".to_owned(),
        format!("--service-account-signing-key-file={}", layout.service_account_key()),
        format!("--service-account-key-file={}", layout.service_account_public_key()),
        format!("--token-auth-file={}", layout.tokens()),
        "--authorization-mode=RBAC".to_owned(),
        "--allow-privileged".to_owned(),
        format!("--audit-policy-file={}", layout.audit_policy()),
        format!("--audit-log-path={}", layout.audit_log()),
        // A reader that holds an offset must not lose the file to rotation.
        "--audit-log-maxsize=0".to_owned(),
        "--kubelet-preferred-address-types=InternalIP".to_owned(),
        "--profiling=false".to_owned(),
    ]
}

pub(crate) fn controller_manager(layout: &Layout, ports: Ports) -> Vec<String> {
    let mut argv = controller(layout, "kube-controller-manager", ports.controller_manager);
    argv.extend(CONTROLLER_RATE.map(str::to_owned));
    argv.extend([
        format!("--service-account-private-key-file={}", layout.service_account_key()),
        format!("--root-ca-file={}", layout.certificate()),
    ]);
    argv
}

pub(crate) fn scheduler(layout: &Layout, ports: Ports) -> Vec<String> {
    controller(layout, "kube-scheduler", ports.scheduler)
}

fn controller(layout: &Layout, component: &str, port: u16) -> Vec<String> {
    let kubeconfig = layout.component_kubeconfig(component);
    vec![
        format!("--kubeconfig={kubeconfig}"),
        format!("--authentication-kubeconfig={kubeconfig}"),
        format!("--authorization-kubeconfig={kubeconfig}"),
        "--authentication-skip-lookup".to_owned(),
        "--leader-elect=false".to_owned(),
        "--bind-address=127.0.0.1".to_owned(),
        format!("--secure-port={port}"),
        // The API server's own pair: making another one costs each of them half a second.
        format!("--tls-cert-file={}", layout.certificate()),
        format!("--tls-private-key-file={}", layout.certificate_key()),
        "--profiling=false".to_owned(),
    ]
}

pub(crate) fn kwok(layout: &Layout, ports: Ports) -> Vec<String> {
    vec![
        format!("--kubeconfig={}", layout.component_kubeconfig("kwok")),
        format!("--config={}", layout.stages()),
        "--manage-all-nodes".to_owned(),
        "--node-lease-duration-seconds=40".to_owned(),
        format!("--server-address=127.0.0.1:{}", ports.kwok),
        "--node-ip=127.0.0.1".to_owned(),
        // Where the API server asks for logs; kwok itself cannot tell them by behaviour.
        format!("--node-port={}", ports.node),
    ]
}
