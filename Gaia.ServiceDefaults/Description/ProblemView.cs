namespace Gaia;

/// <summary>The members of a problem that clients can count on.</summary>
/// <param name="Type">Address of the status' definition.</param>
/// <param name="Title">The status in words.</param>
/// <param name="Status">The same as the response's.</param>
/// <param name="Detail">What is wrong with this request.</param>
/// <param name="TraceId">Finds the request in the traces and logs.</param>
/// <param name="Errors">What does not pass validation, by field; with 422 only.</param>
internal sealed record ProblemView(
    string Type, string Title, int Status, string Detail, string TraceId, IReadOnlyDictionary<string, string[]>? Errors = null);
