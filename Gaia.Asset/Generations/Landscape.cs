using SkiaSharp;

namespace Gaia.Asset.Generations;

/// <summary>A sky, a sun or a moon, and hills that grow darker towards the viewer.</summary>
internal static class Landscape
{
    private const int Hills = 5;
    private const int Stars = 150;

    public static void Draw(SKCanvas canvas, SKSizeI size, Palette palette, Random random)
    {
        DrawSky(canvas, size, palette);
        if (palette.IsNight)
        {
            DrawStars(canvas, size, random);
        }

        using var light = new SKPaint { Color = palette.IsNight ? SKColors.WhiteSmoke : SKColors.LightYellow, IsAntialias = true };
        canvas.DrawCircle(size.Width * (0.15f + 0.7f * random.NextSingle()), size.Height * (0.12f + 0.25f * random.NextSingle()), size.Height * 0.07f, light);

        for (var hill = 0; hill < Hills; hill++)
        {
            DrawHill(canvas, size, palette.Ground, hill, random);
        }
    }

    private static void DrawSky(SKCanvas canvas, SKSizeI size, Palette palette)
    {
        using var shader = SKShader.CreateLinearGradient(
            new(0, 0), new(0, size.Height), [palette.Sky, Mixed(palette.Sky, SKColors.White, palette.IsNight ? 0.1f : 0.6f)], SKShaderTileMode.Clamp);
        using var paint = new SKPaint { Shader = shader };
        canvas.DrawRect(0, 0, size.Width, size.Height, paint);
    }

    private static void DrawStars(SKCanvas canvas, SKSizeI size, Random random)
    {
        using var paint = new SKPaint { Color = SKColors.White, IsAntialias = true };
        for (var star = 0; star < Stars; star++)
        {
            canvas.DrawCircle(random.NextSingle() * size.Width, random.NextSingle() * size.Height * 0.6f, 0.5f + random.NextSingle() * size.Width / 600, paint);
        }
    }

    private static void DrawHill(SKCanvas canvas, SKSizeI size, SKColor ground, int hill, Random random)
    {
        var horizon = size.Height * (0.45f + 0.11f * hill);
        var (height, waves, phase) = (size.Height * 0.09f, 1 + 2 * random.NextSingle(), random.NextSingle() * MathF.Tau);
        using var outline = new SKPathBuilder();
        outline.MoveTo(0, size.Height);
        for (var x = 0; x <= size.Width; x++)
        {
            var turn = MathF.Tau * waves * x / size.Width + phase;
            outline.LineTo(x, horizon + height * (MathF.Sin(turn) + 0.4f * MathF.Sin(2.7f * turn)) / 2);
        }

        outline.LineTo(size.Width, size.Height);
        outline.Close();
        using var shape = outline.Detach();
        using var paint = new SKPaint { Color = Mixed(ground, SKColors.Black, 0.13f * hill), IsAntialias = true };
        canvas.DrawPath(shape, paint);
    }

    private static SKColor Mixed(SKColor one, SKColor other, float share) => new(
        (byte)(one.Red + (other.Red - one.Red) * share),
        (byte)(one.Green + (other.Green - one.Green) * share),
        (byte)(one.Blue + (other.Blue - one.Blue) * share));
}
