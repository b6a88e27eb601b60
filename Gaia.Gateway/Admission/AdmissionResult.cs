using Gaia.Gateway.Limits;

namespace Gaia.Gateway.Admission;

internal enum AdmissionOutcome
{
    Admitted,

    /// <summary>401</summary>
    Refused,

    /// <summary>429</summary>
    Limited,

    /// <summary>503: whether the credential is valid cannot be known.</summary>
    Unknown,
}

/// <summary>Admission's answer to a request.</summary>
/// <param name="Outcome">How the request is handled.</param>
/// <param name="Caller">The caller, when admitted.</param>
/// <param name="Decision">Of the policy that the request was counted under.</param>
internal readonly record struct AdmissionResult(AdmissionOutcome Outcome, Caller? Caller, Decision Decision);
