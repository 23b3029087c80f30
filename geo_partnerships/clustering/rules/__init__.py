"""The rules a clustering can be asked to keep, one file each: see `base`."""

from geo_partnerships.clustering.rules.allowed import Allowed
from geo_partnerships.clustering.rules.balance import Balance
from geo_partnerships.clustering.rules.base import Answer, Binding, EachCluster, Places, Rule, Weighted
from geo_partnerships.clustering.rules.cannot_link import CannotLink
from geo_partnerships.clustering.rules.count import Count
from geo_partnerships.clustering.rules.districts import Districts
from geo_partnerships.clustering.rules.guarantee import Guarantee
from geo_partnerships.clustering.rules.leaders import Leaders
from geo_partnerships.clustering.rules.must_link import MustLink
from geo_partnerships.clustering.rules.pair_rewards import PairRewards
from geo_partnerships.clustering.rules.parted_at_most import PartedAtMost
from geo_partnerships.clustering.rules.pinned import Pinned
from geo_partnerships.clustering.rules.size import Size
from geo_partnerships.clustering.rules.support import Support

__all__ = [
    "Allowed",
    "Answer",
    "Balance",
    "Binding",
    "CannotLink",
    "Count",
    "Districts",
    "EachCluster",
    "Guarantee",
    "Leaders",
    "MustLink",
    "PairRewards",
    "PartedAtMost",
    "Pinned",
    "Places",
    "Rule",
    "Size",
    "Support",
    "Weighted",
]
