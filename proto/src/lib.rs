//! The wire contract: what users and nodes say to a node, generated from `enplan/<area>/v1/*.proto`.
//!
//! Generated types stop at the edge: each crate parses them into the domain's types (`TryFrom`) before any rule sees
//! them. Errors travel as `google.rpc` details (`ErrorInfo`, `BadRequest`, `LocalizedMessage` in Danish), never as text
//! to parse.

macro_rules! area {
    ($area:ident, $package:literal) => {
        pub mod $area {
            #[allow(
                clippy::large_enum_variant,
                reason = "generated, and moved once on its way to the domain's types"
            )]
            pub mod v1 {
                tonic::include_proto!($package);
            }
        }
    };
}

area!(administration, "enplan.administration.v1");
area!(basis, "enplan.basis.v1");
area!(exchange, "enplan.exchange.v1");
area!(handover, "enplan.handover.v1");
area!(household, "enplan.household.v1");
area!(plan, "enplan.plan.v1");
area!(print, "enplan.print.v1");
area!(registry, "enplan.registry.v1");
area!(relocation, "enplan.relocation.v1");
area!(session, "enplan.session.v1");
area!(statement, "enplan.statement.v1");
area!(statistics, "enplan.statistics.v1");
area!(terminology, "enplan.terminology.v1");
area!(worklist, "enplan.worklist.v1");
