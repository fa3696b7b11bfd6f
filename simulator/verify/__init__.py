"""The expected values held against the ledger engine, and the noise of the sampled engine against the ledger's."""

from simulator.verify.comparisons import Comparison
from simulator.verify.plan import Part, Sample, parts, sample_for
from simulator.verify.suite import PartResult, Verification, verify

__all__ = ["Comparison", "Part", "PartResult", "Sample", "Verification", "parts", "sample_for", "verify"]
