//! Generates the wire contract with protox: no protoc is needed.

use std::error::Error;

const FILES: [&str; 26] = [
    "enplan/administration/v1/administration_service.proto",
    "enplan/basis/v1/basis_service.proto",
    "enplan/exchange/v1/exchange_service.proto",
    "enplan/handover/v1/handover_peer_service.proto",
    "enplan/handover/v1/handover_service.proto",
    "enplan/household/v1/household_service.proto",
    "enplan/plan/v1/assessing.proto",
    "enplan/plan/v1/catalogue.proto",
    "enplan/plan/v1/coordination.proto",
    "enplan/plan/v1/coordination_service.proto",
    "enplan/plan/v1/deadline.proto",
    "enplan/plan/v1/merging_service.proto",
    "enplan/plan/v1/plan.proto",
    "enplan/plan/v1/plan_service.proto",
    "enplan/plan/v1/relation.proto",
    "enplan/plan/v1/writing.proto",
    "enplan/print/v1/print_service.proto",
    "enplan/registry/v1/registry_peer_service.proto",
    "enplan/relocation/v1/relocation_peer_service.proto",
    "enplan/relocation/v1/relocation_service.proto",
    "enplan/session/v1/session_service.proto",
    "enplan/statement/v1/statement_service.proto",
    "enplan/statistics/v1/statistics_peer_service.proto",
    "enplan/statistics/v1/statistics_service.proto",
    "enplan/terminology/v1/terminology_service.proto",
    "enplan/worklist/v1/worklist_service.proto",
];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=enplan");
    let descriptors = protox::compile(FILES, ["."])?;
    tonic_prost_build::configure().build_transport(false).compile_fds(descriptors)?;
    Ok(())
}
