"""The gravity model of Korea's provinces agrees with glm of R; skipped without its figures."""

import numpy as np
import pandas as pd
import pytest

from seatcast.demography.gravity import fit_gravity


@pytest.mark.parametrize("model", ["ppml_unconstrained_2020", "ppml_od_fe_2018_2020"])
def test_korea(shared, model):
    vectors = shared / "demography-vectors"
    flows = pd.read_csv(vectors / "gravity_korea_flows_2018_2020.csv").query("orig != dest")
    expected = pd.read_csv(vectors / "gravity_korea_ppml_expected.csv").query("model == @model")
    deviance = pd.read_csv(vectors / "gravity_korea_fit_stats_expected.csv").set_index("model")["deviance"][model]
    simple = model == "ppml_unconstrained_2020"
    flows = flows[flows["year"] == 2020] if simple else flows
    logs = np.log(flows[["orig_pop", "dest_pop", "dist_cent"] if simple else ["dist_cent"]])

    fit = fit_gravity(
        flows["flow"], logs.assign(contig=flows["contig"]), effects=None if simple else flows[["orig", "dest", "year"]]
    )

    for ours, theirs in (("coefficient", "coef"), ("error", "se_hc0"), ("model_error", "se_model")):
        assert np.abs(fit.coefficients[ours].to_numpy() - expected[theirs].to_numpy()).max() <= 1e-9, ours
    assert fit.deviance == pytest.approx(deviance, rel=1e-12)
