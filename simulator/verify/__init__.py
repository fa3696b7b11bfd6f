"""The expected values held against the ledger engine, and the noise of the sampled engine against the ledger's."""

from simulator.verify.comparisons import Comparison
from simulator.verify.plan import Sample, VerifyPart, parts, sample_for
from simulator.verify.suite import PartResult, Verification, verify

__all__ = ["Comparison", "PartResult", "Sample", "Verification", "VerifyPart", "parts", "sample_for", "verify"]
