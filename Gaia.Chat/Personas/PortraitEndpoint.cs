using Gaia.Chat.Errors;
using Microsoft.EntityFrameworkCore;
using Microsoft.OpenApi;

namespace Gaia.Chat.Personas;

internal static class PortraitEndpoint
{
    private static readonly string[] PassedBack =
        ["Content-Type", "Content-Length", "Content-Range", "Accept-Ranges", "ETag", "Last-Modified", "Cache-Control", "Content-Security-Policy", "X-Content-Type-Options"];

    public static void MapPersonaPortrait(this RouteGroupBuilder personas) =>
        personas.MapGet("/{id}/portrait", GetAsync).WithName("GetPortrait")
            .WithSummary("Get the portrait of a persona")
            .WithDescription("Sends the picture of a persona, or with `w`, `h`, `fit` or `format` a variant of it.")
            .FailsWith(StatusCodes.Status404NotFound, "No persona has this id, or it has no portrait.")
            .FailsWith(StatusCodes.Status416RangeNotSatisfiable, "The picture does not have the range.")
            .FailsWith(StatusCodes.Status422UnprocessableEntity, "There is no such variant: a parameter is out of bounds.")
            .Produces<Stream>(contentType: "image/png")
            .ReadsQuery("w", JsonSchemaType.Integer, "An image variant's width in pixels.")
            .ReadsQuery("h", JsonSchemaType.Integer, "An image variant's height in pixels.")
            .ReadsQuery("fit", JsonSchemaType.String, "cover, contain or fill.")
            .ReadsQuery("format", JsonSchemaType.String, "webp, jpeg or png.");

    private static async Task GetAsync(Guid id, ChatDb db, Portraits portraits, HttpContext http, CancellationToken ct)
    {
        var persona = await db.Personas.Where(p => p.Id == id).Select(p => new { p.PortraitId, p.CreatedBy }).SingleOrDefaultAsync(ct) ?? throw ChatException.NotFound("Persona");
        if (persona is not { PortraitId: { } portrait, CreatedBy: { } owner })
        {
            throw ChatException.NotFound("Portrait");
        }

        using var asset = await portraits.OpenAsync(portrait, owner, http.Request, ct);
        if ((int)asset.StatusCode == StatusCodes.Status404NotFound)
        {
            throw ChatException.NotFound("Portrait");
        }

        http.Response.StatusCode = (int)asset.StatusCode;
        foreach (var name in PassedBack)
        {
            if (asset.Headers.NonValidated.TryGetValues(name, out var values) || asset.Content.Headers.NonValidated.TryGetValues(name, out values))
            {
                http.Response.Headers[name] = values.ToString();
            }
        }

        await asset.Content.CopyToAsync(http.Response.Body, ct);
    }
}
