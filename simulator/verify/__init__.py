"""Two engines, one law: the ledger engine and the atlas engine side by side, with the power of the comparison."""

from simulator.verify.features import Feature
from simulator.verify.means import MeanCheck
from simulator.verify.plan import Part, parts
from simulator.verify.suite import PartResult, Verification, verify

__all__ = ["Feature", "MeanCheck", "Part", "PartResult", "Verification", "parts", "verify"]
