using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Gaia.Caching;
using Gaia.Chat.Cards;
using Gaia.Chat.Errors;
using Gaia.Personas;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace Gaia.Chat.Personas;

internal static class CharacterCardEndpoints
{
    // A form has some lines around the file.
    private const long BodyLimit = CardLimits.FileBytes + (64 << 10);

    public static void MapPersonaCards(this RouteGroupBuilder personas)
    {
        personas.MapGet("/{id}/card", Export).WithName("ExportPersona").RequireAuthorization()
            .Produces<JsonObject>().Produces(StatusCodes.Status200OK, contentType: "image/png")
            .WithSummary("Export a persona").WithDescription("Writes a persona as a character card: as JSON, or inside a PNG picture.")
            .FailsWith(StatusCodes.Status400BadRequest, "`format` is neither `json` nor `png`.")
            .FailsWith(StatusCodes.Status404NotFound, PersonaEndpoints.NotFound);
        personas.MapGet("/{id}/greetings", Greetings).WithName("ListGreetings").RequireAuthorization()
            .WithSummary("List the greetings of a persona").WithDescription("What the persona can begin a conversation with, in the order of its card.")
            .FailsWith(StatusCodes.Status404NotFound, PersonaEndpoints.NotFound);
        personas.MapPost("/import", Import).WithName("ImportPersona").RequireScope(Scopes.PersonasWrite).WithMetadata(new RequestSizeLimitAttribute(BodyLimit))
            .Accepts<JsonObject>("application/json", "image/png", "image/apng", "application/zip", "application/octet-stream", "multipart/form-data")
            .WithSummary("Import a persona")
            .WithDescription("Creates a persona from a character card of version 1, 2 or 3: as JSON, PNG, APNG or CHARX, alone or in a form. Its picture becomes the portrait.")
            .FailsWith(StatusCodes.Status400BadRequest, "The file is damaged.")
            .FailsWith(StatusCodes.Status409Conflict, PersonaEndpoints.NameTaken)
            .FailsWith(StatusCodes.Status422UnprocessableEntity, "The card does not follow its specification.");
    }

    /// <param name="format"><c>json</c> or <c>png</c>.</param>
    private static async Task<IResult> Export(Guid id, ChatDb db, Portraits portraits, CancellationToken ct, string format = "json")
    {
        var persona = await db.Personas.AsNoTracking().SingleOrDefaultAsync(p => p.Id == id, ct) ?? throw ChatException.NotFound("Persona");
        var card = CharacterCard.Write(persona);
        return format switch
        {
            "json" => TypedResults.Json(card, EventJson.Options),
            "png" => TypedResults.File(PngCard.Write(await PictureAsync(persona, portraits, ct), card), "image/png", $"{persona.Name}.png"),
            _ => throw ChatException.Invalid("json or png is wanted", "format"),
        };
    }

    private static async Task<byte[]> PictureAsync(Persona persona, Portraits portraits, CancellationToken ct) =>
        (persona is { PortraitId: { } portrait, CreatedBy: { } owner } ? await portraits.FindPngAsync(portrait, owner, ct) : null) ?? PngFile.Plain(persona.Id);

    private static async Task<GreetingList> Greetings(Guid id, RegionCache<Guid, PersonaView> personas, PersonaGreetings greetings, CancellationToken ct) =>
        new(await greetings.OfAsync((await personas.GetAsync(id, ct)).Value ?? throw ChatException.NotFound("Persona"), ct));

    private static async Task<Created<CardAnswer>> Import(HttpRequest request, PersonaChanges changes, Portraits portraits, CancellationToken ct)
    {
        var file = CardFile.Read(await Content(request, ct));
        var draft = CharacterCard.Read(file.Card);
        var (portrait, warning) = file.Picture is { } picture ? await portraits.StoreAsync(draft.Name, picture, request, ct) : default;
        PersonaView persona;
        try
        {
            persona = await changes.CreateAsync(draft, file.Card.Root.GetRawText(), portrait, ct);
        }
        catch (ChatException) when (portrait is not null)
        {
            await portraits.DiscardAsync(portrait.Value, request);
            throw;
        }

        List<string> warnings = [.. file.Warnings, .. warning is null ? [] : (string[])[warning]];
        return TypedResults.Created(
            PersonaEndpoints.PathOf(persona), new CardAnswer(persona, "Persona imported successfully", warnings is [] ? null : warnings));
    }

    /// <summary>The body, or the first file of a form.</summary>
    private static async Task<byte[]> Content(HttpRequest request, CancellationToken ct)
    {
        if (!request.HasFormContentType)
        {
            return await LimitedRead.ToEndAsync(request.Body, CardLimits.FileBytes, "A file", ct);
        }

        try
        {
            var form = await request.ReadFormAsync(new() { MultipartBodyLengthLimit = BodyLimit }, ct);
            await using var file = (form.Files is [var first, ..] ? first : throw CardError.Unreadable("The form holds no file")).OpenReadStream();
            return await LimitedRead.ToEndAsync(file, CardLimits.FileBytes, "A file", ct);
        }
        catch (InvalidDataException e)
        {
            throw CardError.Unreadable("The form is damaged", e);
        }
    }
}

/// <param name="Warnings">What of the card is not kept or has no effect.</param>
internal sealed record CardAnswer(
    PersonaView Persona, string Message, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<string>? Warnings);
