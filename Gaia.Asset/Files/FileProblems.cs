using Microsoft.AspNetCore.Http.HttpResults;

namespace Gaia.Asset.Files;

internal static class FileProblems
{
    public static ProblemHttpResult NotFound => TypedResults.Problem("Asset not found", statusCode: StatusCodes.Status404NotFound);

    public static ProblemHttpResult BadLink => TypedResults.Problem("The link is not valid, or no longer", statusCode: StatusCodes.Status403Forbidden);
}
