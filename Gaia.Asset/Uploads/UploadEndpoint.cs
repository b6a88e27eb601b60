using Gaia.Asset.Files;
using Gaia.Asset.Staging;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Gaia.Asset.Uploads;

internal static class UploadEndpoint
{
    // What a form may add to its file.
    private const int FormOverhead = 64 * 1024;

    public static void MapUploads(this IEndpointRouteBuilder routes) =>
        routes.MapPost(FileRoutes.Root, Upload).WithTags("Assets").WithName("UploadAsset").RequireScope(Scopes.AssetsWrite);

    private static async Task<Results<Created<FileView>, ProblemHttpResult>> Upload(
        HttpRequest request, CurrentUser user, FileIntake intake, IOptions<StorageOptions> options, CancellationToken ct)
    {
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = options.Value.MaxBytes + FormOverhead;
        }

        try
        {
            var file = await Receive(request, user.Id!.Value, intake, ct);
            return TypedResults.Created(FileRoutes.Of(file.Id), file);
        }
        catch (RefusedUploadException refused)
        {
            return TypedResults.Problem(refused.Message, statusCode: refused.Status);
        }
        catch (ContentTooLargeException)
        {
            return TypedResults.Problem($"A file has at most {options.Value.MaxBytes} bytes", statusCode: StatusCodes.Status413PayloadTooLarge);
        }
        catch (ContentBrokenException)
        {
            return TypedResults.Problem("The content breaks off", statusCode: StatusCodes.Status400BadRequest);
        }
    }

    private static async Task<FileView> Receive(HttpRequest request, Guid owner, FileIntake intake, CancellationToken ct)
    {
        if (!MultipartBody.TryOpen(request, out var form))
        {
            return await intake.Take(owner, RawBody.Open(request), () => Task.CompletedTask, ct);
        }

        return await intake.Take(owner, await form.NextFile(ct), () => form.Finish(ct), ct);
    }
}
